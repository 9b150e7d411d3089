using Sluice.Proxy.Caching.Tiers;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>
/// Numbers all purges, and remembers those for which files have to be read: until that is done, each object that is found is asked about; and some longer, for what was
/// fetched before and comes to be stored after. Those of URLs and keys are remembered by the index (<see cref="DiskRemovals"/>). Any thread; reading takes no lock.
/// </summary>
internal sealed class DiskPurges
{
    /// <summary>How many are remembered. What was fetched before more than that isn't stored.</summary>
    public const int Remembered = 64;

    private readonly Lock _lock = new();
    private DiskPurge[] _recent = [];
    private long _sequence;
    private long _forgotten;

    /// <summary>The number of the last purge of any kind.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Draws a number.</summary>
    public long Advance() => Interlocked.Increment(ref _sequence);

    /// <summary>Remembers a purge; null when there are as many that are not done as can be remembered.</summary>
    public DiskPurge? Add(TierPredicate? means, bool isSoft)
    {
        lock (_lock)
        {
            DiskPurge[] kept = _recent;
            if (kept.Length == Remembered)
            {
                int oldest = Array.FindIndex(kept, static purge => purge.IsDone);
                if (oldest < 0)
                {
                    return null;
                }

                // Before the list without it: who finds it missing must find out that it is forgotten.
                Volatile.Write(ref _forgotten, Math.Max(_forgotten, kept[oldest].Sequence));
                kept = [.. kept[..oldest], .. kept[(oldest + 1)..]];
            }

            // The number first: who sees the purge in the list and has a lower one was there before.
            var added = new DiskPurge(Advance(), means, isSoft);
            Volatile.Write(ref _recent, [.. kept, added]);
            return added;
        }
    }

    /// <summary>
    /// The purges that have not come to all objects yet. Who looks an object up takes them first, then its entry, and then asks them: one that is through by then has taken the entry out before,
    /// or is among those that are asked.
    /// </summary>
    public DiskPurge[] Running()
    {
        DiskPurge[] recent = Volatile.Read(ref _recent);
        return Array.TrueForAll(recent, static purge => purge.IsDone) ? [] : Array.FindAll(recent, static purge => !purge.IsDone);
    }

    /// <summary>What purges mean for an object that is about to be entered, or that is in no index.</summary>
    public DiskVerdict JudgeNew(long since, in DiskHeaderContent content)
    {
        DiskPurge[] recent = Volatile.Read(ref _recent);
        return since < Volatile.Read(ref _forgotten) ? DiskVerdict.Refuse : Judge(recent, since, in content);
    }

    /// <summary>What some purges mean for an object.</summary>
    public static DiskVerdict Judge(DiskPurge[] purges, long since, in DiskHeaderContent content)
    {
        DiskVerdict verdict = DiskVerdict.Keep;
        foreach (DiskPurge purge in purges)
        {
            verdict = (DiskVerdict)Math.Max((int)verdict, (int)purge.Judge(since, in content));
        }

        return verdict;
    }
}
