using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Caching;

/// <summary>Where responses are kept, for all routes that are cached. Null: nothing said.</summary>
public sealed record CacheStoreConfig
{
    /// <summary>The memory for them, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The largest content that is kept there, in bytes.</summary>
    public long? MemoryObjectBytesMax { get; init; }

    /// <summary>The folder for them; null keeps them in memory alone.</summary>
    public DiskCacheConfig? Disk { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
