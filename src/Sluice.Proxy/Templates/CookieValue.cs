using Sluice.Http.Headers;

namespace Sluice.Proxy.Templates;

/// <summary>Finds a cookie in the <c>Cookie</c> fields of a request (RFC 6265, section 4.2.1).</summary>
internal static class CookieValue
{
    /// <summary>The value of the first cookie of a name, byte by byte as it came; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(FieldTable fields, ReadOnlySpan<byte> name)
    {
        for (int i = fields.IndexOf(KnownField.Cookie); i >= 0; i = fields.IndexOf(KnownField.Cookie, i + 1))
        {
            if (TryFind(fields.Value(i), name, out ReadOnlySpan<byte> value))
            {
                return value;
            }
        }

        return default;
    }

    private static bool TryFind(ReadOnlySpan<byte> cookies, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!cookies.IsEmpty)
        {
            int end = cookies.IndexOf((byte)';');
            ReadOnlySpan<byte> pair = (end < 0 ? cookies : cookies[..end]).Trim((byte)' ');
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
