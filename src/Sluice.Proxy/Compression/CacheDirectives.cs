using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Compression;

/// <summary>Looks for directives of <c>Cache-Control</c> that have no argument.</summary>
internal static class CacheDirectives
{
    /// <summary>Content is not to be encoded otherwise (RFC 9110, section 7.7).</summary>
    public static ReadOnlySpan<byte> NoTransform => "no-transform"u8;

    /// <summary>Whether a message has a directive.</summary>
    public static bool Has(FieldTable fields, ReadOnlySpan<byte> directive)
    {
        for (int i = fields.IndexOf(KnownField.CacheControl); i >= 0; i = fields.IndexOf(KnownField.CacheControl, i + 1))
        {
            if (Contains(fields.Value(i), directive))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the value of one field line has a directive.</summary>
    public static bool Contains(ReadOnlySpan<byte> value, ReadOnlySpan<byte> directive)
    {
        foreach (ReadOnlySpan<byte> element in new ListElements(value))
        {
            if (Ascii.EqualsIgnoreCase(element, directive))
            {
                return true;
            }
        }

        return false;
    }
}
