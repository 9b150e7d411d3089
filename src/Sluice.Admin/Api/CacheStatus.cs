namespace Sluice.Admin.Api;

/// <summary>What the cache of an instance holds, and how requests fared. Counts are since the start.</summary>
public sealed record CacheStatus
{
    /// <summary>The routes that have a cache, in the order of the configuration.</summary>
    public required IReadOnlyList<string> Routes { get; init; }

    /// <summary>What is in memory.</summary>
    public required CacheTierStatus Memory { get; init; }

    /// <summary>What is on disk; null when nothing is kept there.</summary>
    public CacheTierStatus? Disk { get; init; }

    /// <summary>Objects that had to make room in memory.</summary>
    public required long Evicted { get; init; }

    /// <summary>Objects that were not stored: others are asked for more often, or there was no room.</summary>
    public required long Refused { get; init; }

    /// <summary>Files that were damaged or foreign, and writes that failed.</summary>
    public required long DiskFaults { get; init; }

    /// <summary>Requests of the cache to servers that are on their way.</summary>
    public required int Fetches { get; init; }

    /// <summary>Requests by what the cache had to do with them.</summary>
    public required IReadOnlyDictionary<string, long> Requests { get; init; }

    /// <summary>The share of requests that were answered with what was stored, or was being fetched anyway: 0 to 1, without those that were not looked up; null before the first.</summary>
    public double? HitRatio { get; init; }
}
