namespace Sluice.Admin.Reloading;

/// <summary>
/// Gives back to the system what loading configurations leaves behind. Ten thousand certificates take 17 MB, and reading them 110 MB in passing, much of which
/// the collector would keep, and add to it with each reload; and what is left of old plans waits for it, too.
/// </summary>
public static class LoadMemory
{
    // Above this a collection is worth its pause, some milliseconds where little is in use, 30 or so with ten thousand certificates.
    private const long WorthBytes = 24 * 1024 * 1024;

    private static long _allocatedByLoads;

    /// <summary>Bytes that were allocated so far, by all threads.</summary>
    public static long Allocated => GC.GetTotalAllocatedBytes();

    /// <summary>Collects if loads have allocated much since the last time. Any thread; all others pause meanwhile.</summary>
    /// <param name="allocatedBefore"><see cref="Allocated"/> before the load that has just ended.</param>
    /// <returns>Whether it did.</returns>
    public static bool GiveBack(long allocatedBefore)
    {
        if (Interlocked.Add(ref _allocatedByLoads, Allocated - allocatedBefore) < WorthBytes)
        {
            return false;
        }

        Volatile.Write(ref _allocatedByLoads, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }
}
