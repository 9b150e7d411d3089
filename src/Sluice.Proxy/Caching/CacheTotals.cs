namespace Sluice.Proxy.Caching;

/// <summary>How much the cache holds.</summary>
/// <param name="Objects">Objects in memory.</param>
/// <param name="Bytes">The memory that they take, in bytes.</param>
/// <param name="BytesMax">The memory that they may take.</param>
/// <param name="Evicted">Objects that had to make room, since the start.</param>
/// <param name="Refused">Objects that were not stored because what was there is asked for more often, or there was no room, since the start.</param>
/// <param name="Fetches">Requests to servers that are on their way for the cache.</param>
/// <param name="DiskObjects">Objects on disk.</param>
/// <param name="DiskBytes">What they take there, in bytes.</param>
/// <param name="DiskFaults">Files that were removed because they were damaged or foreign, and writes that failed, since the start.</param>
public readonly record struct CacheTotals(
    long Objects, long Bytes, long BytesMax, long Evicted, long Refused, int Fetches, long DiskObjects, long DiskBytes, long DiskFaults);
