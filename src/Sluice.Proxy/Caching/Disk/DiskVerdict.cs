namespace Sluice.Proxy.Caching.Disk;

/// <summary>What purges mean for an object.</summary>
internal enum DiskVerdict
{
    /// <summary>Nothing.</summary>
    Keep = 0,

    /// <summary>It has to be asked for anew before it is used.</summary>
    Mark,

    /// <summary>It is gone, or must not be stored: it was purged, or there were more purges than are remembered.</summary>
    Refuse,
}
