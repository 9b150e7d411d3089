namespace Sluice.Proxy.Caching.Disk;

/// <summary>What the disk tier holds and did since the start. Each number is exact; they are not of the same instant.</summary>
/// <param name="Objects">Objects that can be found, as far as the folder was looked through.</param>
/// <param name="Bytes">What they take, in bytes, and what is being written.</param>
/// <param name="BytesMax">What they may take.</param>
/// <param name="FreeBytes">What was free on the file system a moment ago; -1 when that can't be found out.</param>
/// <param name="IsScanned">Whether the folder was looked through since the start.</param>
/// <param name="IsStoring">Whether objects are stored now: not while the disk is full, or fails.</param>
/// <param name="Found">Look-ups that found something.</param>
/// <param name="Stored">Objects that were stored.</param>
/// <param name="Refused">Objects that were not stored: too large, purged meanwhile, or the disk was too far behind.</param>
/// <param name="Evicted">Objects that made room for others.</param>
/// <param name="Expired">Objects that went because they were of no use any more, or nobody had asked for them for long.</param>
/// <param name="Purged">Objects that were removed or marked.</param>
/// <param name="Damaged">Files that were removed because they were damaged or foreign.</param>
/// <param name="Failed">Reads and writes that the system didn't do.</param>
internal readonly record struct DiskTotals(
    long Objects,
    long Bytes,
    long BytesMax,
    long FreeBytes,
    bool IsScanned,
    bool IsStoring,
    long Found,
    long Stored,
    long Refused,
    long Evicted,
    long Expired,
    long Purged,
    long Damaged,
    long Failed);
