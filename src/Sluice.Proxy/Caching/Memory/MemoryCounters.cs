namespace Sluice.Proxy.Caching.Memory;

/// <summary>What the memory tier holds and did. Each number is exact; they are not of the same instant.</summary>
/// <param name="Objects">Objects that can be found.</param>
/// <param name="Bytes">Bytes in blocks: of those, of what is being written, and of what is still being read.</param>
/// <param name="TakenBytes">Bytes taken from the system, in pages and for what is known of objects.</param>
/// <param name="LimitBytes">How many it may take.</param>
/// <param name="Hits">Look-ups that found something.</param>
/// <param name="Misses">Look-ups that didn't.</param>
/// <param name="Stored">Objects that were stored, those in place of others included.</param>
/// <param name="Evicted">Objects that made room for others.</param>
/// <param name="Expired">Objects that went because they were of no use any more.</param>
/// <param name="Refused">Objects that were not stored: too large, or asked for too seldom.</param>
/// <param name="Purged">Objects that were removed by key or predicate.</param>
internal readonly record struct MemoryCounters(
    long Objects, long Bytes, long TakenBytes, long LimitBytes, long Hits, long Misses, long Stored, long Evicted, long Expired, long Refused, long Purged);
