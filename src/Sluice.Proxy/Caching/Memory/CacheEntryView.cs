namespace Sluice.Proxy.Caching.Memory;

/// <summary>An object as a purge sees it. Valid during the call.</summary>
/// <param name="key">The key's bytes.</param>
/// <param name="head">The head's bytes.</param>
/// <param name="meta">What goes with it.</param>
internal readonly ref struct CacheEntryView(ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, ref readonly CacheMeta meta)
{
    /// <summary>The key's bytes.</summary>
    public readonly ReadOnlySpan<byte> Key = key;

    /// <summary>The head's bytes.</summary>
    public readonly ReadOnlySpan<byte> Head = head;

    /// <summary>What goes with it.</summary>
    public readonly ref readonly CacheMeta Meta = ref meta;
}
