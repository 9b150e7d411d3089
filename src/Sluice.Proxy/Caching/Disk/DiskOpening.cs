namespace Sluice.Proxy.Caching.Disk;

/// <summary>What became of opening the file of an object.</summary>
internal enum DiskOpening
{
    /// <summary>It is open, and as it should be.</summary>
    Opened = 0,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is damaged, or something else.</summary>
    Damaged,

    /// <summary>The system didn't open or read it, which says nothing about the file.</summary>
    Failed,
}
