namespace Sluice.Proxy.Caching.Disk;

/// <summary>What is counted; <see cref="DiskTotals"/> says what each means.</summary>
internal enum DiskEvent
{
    /// <summary>A look-up found something.</summary>
    Found = 0,

    /// <summary>An object was stored.</summary>
    Stored,

    /// <summary>An object was not stored.</summary>
    Refused,

    /// <summary>An object made room.</summary>
    Evicted,

    /// <summary>An object was of no use any more.</summary>
    Expired,

    /// <summary>An object was removed or marked.</summary>
    Purged,

    /// <summary>A file was damaged or foreign.</summary>
    Damaged,

    /// <summary>The system didn't read or write.</summary>
    Failed,
}
