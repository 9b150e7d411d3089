namespace Sluice.Load.Processes;

/// <summary>What the hypervisor gave to others: the 8th number of the first line of /proc/stat (proc_stat(5)), against all time.</summary>
internal readonly record struct StolenTime(long StealTicks, long AllTicks)
{
    public static StolenTime Take()
    {
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(long.Parse)];

        // Guest time (9th and 10th) is already in user time.
        return new StolenTime(ticks[7], ticks.Take(8).Sum());
    }

    /// <summary>Share of all time since then, 0 to 1.</summary>
    public double ShareSince(StolenTime earlier)
    {
        long all = AllTicks - earlier.AllTicks;
        return all == 0 ? 0 : (double)(StealTicks - earlier.StealTicks) / all;
    }
}
