namespace Sluice.Proxy.Plans.Caching;

/// <summary>Where responses are kept, for all routes that are cached.</summary>
public sealed record CacheStorePlan
{
    /// <summary>The memory for objects, in bytes: heads, contents and what is known of them. At least 1 MiB.</summary>
    public long MemoryBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>The largest content that is kept in memory, in bytes; larger ones go to disk, if there is one.</summary>
    public long MemoryObjectBytesMax { get; init; } = 8L * 1024 * 1024;

    /// <summary>The folder for objects; null keeps them in memory alone.</summary>
    public DiskCachePlan? Disk { get; init; }
}
