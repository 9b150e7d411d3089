namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// Numbers all purges, and remembers the last ones by predicate: what was fetched before one and comes to be stored after it must not undo it.
/// Those of single keys are remembered by their shard (<see cref="RemovalLog"/>).
/// </summary>
/// <remarks>For any thread. Reading takes no lock.</remarks>
internal sealed class PurgeLog
{
    /// <summary>How many are remembered. What was fetched before more than that isn't stored.</summary>
    public const int Remembered = 64;

    private readonly Lock _lock = new();
    private Purge[] _recent = [];
    private long _sequence;
    private long _forgotten;

    /// <summary>The number of the last purge of any kind.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Draws a number for the purge of a key.</summary>
    public long Advance() => Interlocked.Increment(ref _sequence);

    /// <summary>Remembers a purge. It is in force for all that is stored from now on.</summary>
    public void Add(CachePredicate means, bool isSoft)
    {
        lock (_lock)
        {
            Purge[] kept = _recent;
            if (kept.Length == Remembered)
            {
                // Before the list without it: who finds it missing must find out that it is forgotten.
                Volatile.Write(ref _forgotten, kept[0].Sequence);
                kept = kept[1..];
            }

            // The number first: who sees the purge in the list and has a lower one was there before.
            long sequence = Interlocked.Increment(ref _sequence);
            Volatile.Write(ref _recent, [.. kept, new Purge(sequence, means, isSoft)]);
        }
    }

    /// <summary>What the purges behind a number mean for an object.</summary>
    public PurgeVerdict Judge(long since, in CacheEntryView entry)
    {
        Purge[] recent = Volatile.Read(ref _recent);
        if (since < Volatile.Read(ref _forgotten))
        {
            return PurgeVerdict.Refuse;
        }

        PurgeVerdict verdict = PurgeVerdict.Keep;
        for (int i = recent.Length - 1; i >= 0 && recent[i].Sequence > since && verdict != PurgeVerdict.Refuse; i--)
        {
            if (recent[i].Means(in entry))
            {
                verdict = recent[i].IsSoft ? PurgeVerdict.Mark : PurgeVerdict.Refuse;
            }
        }

        return verdict;
    }
}
