using Sluice.Proxy.Caching.Memory;

namespace Sluice.Proxy.Caching.Tiers;

/// <summary>How objects are made that tiers are given.</summary>
public static class CacheTierFormat
{
    /// <summary>
    /// Changes when objects of before aren't understood any more. In a store that outlives the program or is shared by several it belongs to what objects are found by, so that versions of the program
    /// see nothing of each other.
    /// </summary>
    public const int Version = 1;

    /// <summary>How long metadata are, in bytes.</summary>
    public const int MetaBytes = CacheMeta.Bytes;
}
