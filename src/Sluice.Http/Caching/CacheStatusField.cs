using System.Buffers;
using Sluice.Http.Http1;

namespace Sluice.Http.Caching;

/// <summary>
/// Writes <c>Cache-Status</c> (RFC 9211). The list begins with the cache nearest to the server, so the line has to come behind those that the response has already.
/// </summary>
public static class CacheStatusField
{
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"u8);

    /// <summary>The name of the field.</summary>
    public static ReadOnlySpan<byte> Name => "Cache-Status"u8;

    /// <summary>Writes the whole line.</summary>
    /// <param name="writer">May overflow.</param>
    /// <param name="cache">The name of this cache: a token, or any text, which is then quoted.</param>
    /// <param name="status">What there is to say.</param>
    public static void Append(ref HeadWriter writer, scoped ReadOnlySpan<byte> cache, scoped in CacheStatus status)
    {
        writer.Append(Name);
        writer.Append(": "u8);
        AppendValue(ref writer, cache, status);
        writer.Append("\r\n"u8);
    }

    /// <summary>Writes the value only.</summary>
    public static void AppendValue(ref HeadWriter writer, scoped ReadOnlySpan<byte> cache, scoped in CacheStatus status)
    {
        AppendText(ref writer, cache);
        if (status.Forward == ForwardReason.None)
        {
            writer.Append("; hit"u8);
        }
        else
        {
            AppendForward(ref writer, status);
        }

        if (status.Ttl is long ttl)
        {
            writer.Append("; ttl="u8);
            writer.AppendNumber(ttl);
        }

        if (!status.Key.IsEmpty)
        {
            writer.Append("; key="u8);
            AppendString(ref writer, status.Key);
        }

        if (!status.Detail.IsEmpty)
        {
            writer.Append("; detail="u8);
            AppendText(ref writer, status.Detail);
        }
    }

    // These mean something only beside fwd.
    private static void AppendForward(ref HeadWriter writer, scoped in CacheStatus status)
    {
        writer.Append("; fwd="u8);
        writer.Append(WordOf(status.Forward));
        if (status.ForwardStatus > 0)
        {
            writer.Append("; fwd-status="u8);
            writer.AppendNumber(status.ForwardStatus);
        }

        writer.Append(status.IsStored ? "; stored"u8 : default);
        writer.Append(status.Collapse switch
        {
            CollapseOutcome.Reused => "; collapsed"u8,
            CollapseOutcome.Failed => "; collapsed=?0"u8,
            _ => default,
        });
    }

    private static ReadOnlySpan<byte> WordOf(ForwardReason reason) => reason switch
    {
        ForwardReason.Bypass => "bypass"u8,
        ForwardReason.Method => "method"u8,
        ForwardReason.UriMiss => "uri-miss"u8,
        ForwardReason.VaryMiss => "vary-miss"u8,
        ForwardReason.Request => "request"u8,
        ForwardReason.Stale => "stale"u8,
        ForwardReason.Partial => "partial"u8,
        _ => "miss"u8,
    };

    // A token where it is one (RFC 8941, section 3.3.4), otherwise a string.
    private static void AppendText(ref HeadWriter writer, scoped ReadOnlySpan<byte> text)
    {
        bool isToken = !text.IsEmpty && (char.IsAsciiLetter((char)text[0]) || text[0] == '*') && !text.ContainsAnyExcept(TokenBytes);
        if (isToken)
        {
            writer.Append(text);
            return;
        }

        AppendString(ref writer, text);
    }

    // RFC 8941, section 3.3.3: printable ASCII. Whatever else there is in a key becomes a question mark.
    private static void AppendString(ref HeadWriter writer, scoped ReadOnlySpan<byte> text)
    {
        Span<byte> one = stackalloc byte[1];
        writer.Append("\""u8);
        foreach (byte value in text)
        {
            writer.Append(value is (byte)'"' or (byte)'\\' ? "\\"u8 : default);
            one[0] = value is < 0x20 or > 0x7E ? (byte)'?' : value;
            writer.Append(one);
        }

        writer.Append("\""u8);
    }
}
