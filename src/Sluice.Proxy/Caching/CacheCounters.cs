namespace Sluice.Proxy.Caching;

/// <summary>What the cache of one worker had to do with requests. Written by its loop, read by any thread.</summary>
public sealed class CacheCounters
{
    private readonly long[] _outcomes = new long[(int)CacheOutcome.Bypass + 1];

    /// <summary>How many requests ended so.</summary>
    public long Of(CacheOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    /// <summary>Counts a request.</summary>
    internal void Count(CacheOutcome outcome) => Volatile.Write(ref _outcomes[(int)outcome], _outcomes[(int)outcome] + 1);
}
