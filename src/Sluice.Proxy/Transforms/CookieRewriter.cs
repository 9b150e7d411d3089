using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Transforms;

/// <summary>Rewrites the attributes of cookies that servers set (<c>Set-Cookie</c>, RFC 6265, section 4.1). Immutable, allocates nothing.</summary>
/// <remarks>The name, the value and attributes it doesn't know stay byte by byte as they came, whatever they look like.</remarks>
internal sealed class CookieRewriter
{
    private readonly (byte[] From, byte[] To)[] _domains;
    private readonly (byte[] From, byte[] To)[] _paths;
    private readonly byte[]? _sameSite;
    private readonly bool? _secure;
    private readonly bool? _httpOnly;

    public CookieRewriter(CookieRewritePlan plan)
    {
        _domains = [.. plan.Domains.Select(mapping => (Encoding.ASCII.GetBytes(mapping.From.TrimStart('.')), Encoding.ASCII.GetBytes(mapping.To)))];
        _paths = [.. plan.Paths.Select(mapping => (Encoding.ASCII.GetBytes(mapping.From.TrimEnd('/')), Encoding.ASCII.GetBytes(mapping.To.TrimEnd('/'))))];
        _sameSite = plan.SameSite is null ? null : Encoding.ASCII.GetBytes(plan.SameSite);
        _secure = plan.Secure;
        _httpOnly = plan.HttpOnly;
    }

    /// <summary>Writes the value of a <c>Set-Cookie</c>.</summary>
    public void Append(ref HeadWriter writer, ReadOnlySpan<byte> cookie)
    {
        ReadOnlySpan<byte> rest = TakePart(cookie, out ReadOnlySpan<byte> pair);
        writer.Append(pair);
        while (!rest.IsEmpty)
        {
            rest = TakePart(rest[1..], out ReadOnlySpan<byte> attribute);
            AppendAttribute(ref writer, attribute);
        }

        writer.Append(_secure == true ? "; Secure"u8 : default);
        writer.Append(_httpOnly == true ? "; HttpOnly"u8 : default);
        if (_sameSite is not null)
        {
            writer.Append("; SameSite="u8);
            writer.Append(_sameSite);
        }
    }

    // What is left begins with the semicolon, if there is one.
    private static ReadOnlySpan<byte> TakePart(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> part)
    {
        int end = text.IndexOf((byte)';');
        part = end < 0 ? text : text[..end];
        return end < 0 ? default : text[end..];
    }

    private void AppendAttribute(ref HeadWriter writer, ReadOnlySpan<byte> attribute)
    {
        int equals = attribute.IndexOf((byte)'=');
        ReadOnlySpan<byte> name = (equals < 0 ? attribute : attribute[..equals]).Trim(" \t"u8);
        ReadOnlySpan<byte> value = equals < 0 ? default : attribute[(equals + 1)..].Trim(" \t"u8);
        if (IsReplaced(name))
        {
            return;
        }

        if (Ascii.EqualsIgnoreCase(name, "domain"u8) && FindDomain(value) is { } domain)
        {
            AppendChanged(ref writer, "; Domain="u8, domain, default);
        }
        else if (Ascii.EqualsIgnoreCase(name, "path"u8) && TryFindPath(value, out byte[] to, out ReadOnlySpan<byte> below))
        {
            AppendChanged(ref writer, "; Path="u8, to, to.Length + below.Length == 0 ? "/"u8 : below);
        }
        else
        {
            writer.Append(";"u8);
            writer.Append(attribute);
        }
    }

    // Left out here, and written behind the others if they are wanted.
    private bool IsReplaced(ReadOnlySpan<byte> name) =>
        (_secure is not null && Ascii.EqualsIgnoreCase(name, "secure"u8))
        || (_httpOnly is not null && Ascii.EqualsIgnoreCase(name, "httponly"u8))
        || (_sameSite is not null && Ascii.EqualsIgnoreCase(name, "samesite"u8));

    private static void AppendChanged(ref HeadWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> below)
    {
        if (value.Length + below.Length > 0)
        {
            writer.Append(name);
            writer.Append(value);
            writer.Append(below);
        }
    }

    private byte[]? FindDomain(ReadOnlySpan<byte> value)
    {
        // RFC 6265, section 5.2.3: a leading dot means nothing.
        ReadOnlySpan<byte> domain = value.StartsWith("."u8) ? value[1..] : value;
        foreach ((byte[] from, byte[] to) in _domains)
        {
            if (Ascii.EqualsIgnoreCase(domain, from))
            {
                return to;
            }
        }

        return null;
    }

    private bool TryFindPath(ReadOnlySpan<byte> value, out byte[] to, out ReadOnlySpan<byte> below)
    {
        foreach ((byte[] from, byte[] target) in _paths)
        {
            if (value.StartsWith(from) && value.StartsWith("/"u8) && (value.Length == from.Length || value[from.Length] == '/'))
            {
                to = target;

                // Below the root without anything is the root: what takes its place needs no slash behind it, which would leave out the place itself.
                below = value.Length == 1 ? default : value[from.Length..];
                return true;
            }
        }

        to = [];
        below = default;
        return false;
    }
}
