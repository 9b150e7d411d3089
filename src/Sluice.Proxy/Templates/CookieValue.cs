using Sluice.Http.Headers;

namespace Sluice.Proxy.Templates;

/// <summary>
/// Finds a cookie in the <c>Cookie</c> fields of a request (RFC 6265, section 4.2.1). The one reading of cookies: conditions, variables and splits all have
/// it, so that none of them can be shown another value than the rest.
/// </summary>
internal static class CookieValue
{
    /// <summary>The value of the first cookie of a name, byte by byte as it came; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(FieldTable fields, ReadOnlySpan<byte> name)
    {
        _ = TryFind(fields, name, out ReadOnlySpan<byte> value);
        return value;
    }

    /// <summary>Finds the first cookie of a name. What has no <c>=</c> is no cookie.</summary>
    public static bool TryFind(FieldTable fields, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int i = fields.IndexOf(KnownField.Cookie); i >= 0; i = fields.IndexOf(KnownField.Cookie, i + 1))
        {
            if (TryFind(fields.Value(i), name, out value))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool TryFind(ReadOnlySpan<byte> cookies, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!cookies.IsEmpty)
        {
            int end = cookies.IndexOf((byte)';');
            ReadOnlySpan<byte> pair = (end < 0 ? cookies : cookies[..end]).Trim(" \t"u8);
            cookies = end < 0 ? default : cookies[(end + 1)..];
            if (pair.StartsWith(name) && pair.Length > name.Length && pair[name.Length] == '=')
            {
                value = pair[(name.Length + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }
}
