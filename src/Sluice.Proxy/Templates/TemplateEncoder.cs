using System.Buffers;
using System.Text;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Templates;

/// <summary>Writes foreign bytes so that they can't become syntax where they go. The only way for a value into a template's output.</summary>
internal static class TemplateEncoder
{
    private const string Unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // Visible ASCII, blank and tab: what a field value may hold (RFC 9110, section 5.5) without obs-text.
    private static readonly SearchValues<byte> HeaderSafe = SearchValues.Create(
        [9, .. Enumerable.Range(0x20, 0x7F - 0x20).Select(value => (byte)value)]);

    // pchar and the slash without the percent sign (RFC 3986, section 3.3), and for foreign text only what has no meaning at all.
    private static readonly SearchValues<byte> PathSafe = SearchValues.Create([.. Encoding.ASCII.GetBytes(Unreserved + "!$&'()*+,;=:@/")]);
    private static readonly SearchValues<byte> QuerySafe = SearchValues.Create([.. Encoding.ASCII.GetBytes(Unreserved + "!$&'()*+,;=:@/?[]{}|^`")]);
    private static readonly SearchValues<byte> QueryValueSafe = SearchValues.Create([.. Encoding.ASCII.GetBytes(Unreserved + "+")]);
    private static readonly SearchValues<byte> AuthoritySafe = SearchValues.Create([.. Encoding.ASCII.GetBytes(Unreserved + ":[]")]);
    private static readonly SearchValues<byte> UnreservedOnly = SearchValues.Create([.. Encoding.ASCII.GetBytes(Unreserved)]);

    // Printable ASCII without what HTML and JSON react to.
    private static readonly SearchValues<byte> TextSafe = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(value => (byte)value).Except("<>&\"'\\"u8.ToArray())]);

    /// <summary>Writes a value.</summary>
    public static void Append(ref HeadWriter writer, scoped ReadOnlySpan<byte> value, TemplateEncoding encoding, ValueKind kind)
    {
        switch (encoding)
        {
            case TemplateEncoding.Header:
                AppendPercentEncoded(ref writer, value, HeaderSafe, keepsEscapes: false);
                break;
            case TemplateEncoding.Uri:
                AppendPercentEncoded(ref writer, value, UriSafeFor(kind), keepsEscapes: kind is ValueKind.Path or ValueKind.Query or ValueKind.QueryValue);
                break;
            case TemplateEncoding.Query:
                AppendPercentEncoded(ref writer, value, QuerySafeFor(kind), keepsEscapes: kind is ValueKind.Query or ValueKind.QueryValue);
                break;
            default:
                AppendText(ref writer, value, encoding);
                break;
        }
    }

    private static SearchValues<byte> UriSafeFor(ValueKind kind) => kind switch
    {
        ValueKind.Path => PathSafe,
        ValueKind.Authority => AuthoritySafe,
        _ => UnreservedOnly,
    };

    private static SearchValues<byte> QuerySafeFor(ValueKind kind) => kind switch
    {
        ValueKind.Query => QuerySafe,
        ValueKind.QueryValue => QueryValueSafe,
        _ => UnreservedOnly,
    };

    private static void AppendPercentEncoded(ref HeadWriter writer, scoped ReadOnlySpan<byte> value, SearchValues<byte> safe, bool keepsEscapes)
    {
        while (!value.IsEmpty)
        {
            int end = value.IndexOfAnyExcept(safe);
            if (end < 0)
            {
                writer.Append(value);
                return;
            }

            writer.Append(value[..end]);
            byte unsafeByte = value[end];
            if (keepsEscapes && unsafeByte == '%' && IsEscape(value[end..]))
            {
                writer.Append("%"u8);
            }
            else
            {
                writer.Append([(byte)'%', Hex(unsafeByte >> 4), Hex(unsafeByte & 15)]);
            }

            value = value[(end + 1)..];
        }
    }

    private static bool IsEscape(ReadOnlySpan<byte> text) => text.Length >= 3 && char.IsAsciiHexDigit((char)text[1]) && char.IsAsciiHexDigit((char)text[2]);

    private static byte Hex(int value) => "0123456789ABCDEF"u8[value];

    private static void AppendText(ref HeadWriter writer, scoped ReadOnlySpan<byte> value, TemplateEncoding encoding)
    {
        while (!value.IsEmpty)
        {
            int end = value.IndexOfAnyExcept(TextSafe);
            writer.Append(end < 0 ? value : value[..end]);
            if (end < 0)
            {
                return;
            }

            value = value[end..];
            value = value[AppendSpecial(ref writer, value, encoding)..];
        }
    }

    // Writes the first character, and returns how many bytes it has.
    private static int AppendSpecial(ref HeadWriter writer, scoped ReadOnlySpan<byte> value, TemplateEncoding encoding)
    {
        byte first = value[0];
        if (first >= 0x80)
        {
            // U+0080 to U+009F are control characters, too.
            bool isValid = Rune.DecodeFromUtf8(value, out Rune rune, out int length) == OperationStatus.Done && rune.Value >= 0xA0;
            writer.Append(isValid ? value[..length] : "\uFFFD"u8);
            return length;
        }

        if (first is < 0x20 or 0x7F)
        {
            bool isBlank = encoding != TemplateEncoding.Json && first is (byte)'\t' or (byte)'\r' or (byte)'\n';
            writer.Append(isBlank ? value[..1] : "\uFFFD"u8);
        }
        else if (encoding == TemplateEncoding.Html)
        {
            writer.Append(first switch
            {
                (byte)'&' => "&amp;"u8,
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'"' => "&quot;"u8,
                (byte)'\'' => "&#39;"u8,
                _ => value[..1],
            });
        }
        else if (encoding == TemplateEncoding.Json)
        {
            AppendJson(ref writer, first);
        }
        else
        {
            writer.Append(value[..1]);
        }

        return 1;
    }

    // Angle brackets and ampersands, too: JSON is often put into a page.
    private static void AppendJson(ref HeadWriter writer, byte value)
    {
        if (value is (byte)'"' or (byte)'\\')
        {
            writer.Append([(byte)'\\', value]);
        }
        else
        {
            writer.Append("\\u00"u8);
            writer.Append([Hex(value >> 4), Hex(value & 15)]);
        }
    }
}
