using Sluice.Http.Uris;

namespace Sluice.Proxy.Templates;

/// <summary>
/// Finds a value in a query of <c>name=value</c> pairs joined by ampersands (WHATWG URL, section 5.1). The one reading of queries: conditions, variables and
/// keys of splits all have it, so that none of them can be shown another value than the rest.
/// </summary>
internal static class QueryValue
{
    /// <summary>Finds the first pair of a name, which is compared decoded.</summary>
    /// <param name="query">Without its question mark.</param>
    /// <param name="name">As it means, without escapes.</param>
    /// <param name="value">The value byte by byte as it came; empty for a pair without <c>=</c>.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            if (!pair.IsEmpty && FormDecoder.Means(equals < 0 ? pair : pair[..equals], name))
            {
                value = equals < 0 ? default : pair[(equals + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }
}
