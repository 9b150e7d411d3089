namespace Sluice.Proxy.Templates;

/// <summary>Finds a value in a query of <c>name=value</c> pairs joined by ampersands (WHATWG URL, section 5.1).</summary>
internal static class QueryValue
{
    /// <summary>The first value of a name, byte by byte as it came; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name)
    {
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            if (pair.StartsWith(name) && pair.Length > name.Length && pair[name.Length] == '=')
            {
                return pair[(name.Length + 1)..];
            }
        }

        return default;
    }
}
