namespace Sluice.Proxy.Caching.Disk;

/// <summary>What is so of an entry of the index.</summary>
[Flags]
internal enum DiskEntryFlags : uint
{
    /// <summary>It is free.</summary>
    None = 0,

    /// <summary>It has an object.</summary>
    Present = 1,

    /// <summary>The object was marked by a purge.</summary>
    Marked = 2,

    /// <summary>The object only belongs to others, and isn't counted.</summary>
    Auxiliary = 4,
}
