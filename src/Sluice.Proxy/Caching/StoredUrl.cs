namespace Sluice.Proxy.Caching;

/// <summary>The URL that a key begins with.</summary>
internal static class StoredUrl
{
    /// <summary>The whole of it.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> key)
    {
        int end = key.IndexOf((byte)0);
        return end < 0 ? key : key[..end];
    }

    /// <summary>Its host, with the port where that is not the default.</summary>
    public static ReadOnlySpan<byte> AuthorityOf(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> url = Of(key);
        int start = url.IndexOf("://"u8);
        if (start < 0)
        {
            return default;
        }

        url = url[(start + 3)..];
        int end = url.IndexOfAny((byte)'/', (byte)'?');
        return end < 0 ? url : url[..end];
    }
}
