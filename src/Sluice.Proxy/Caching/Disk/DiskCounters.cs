namespace Sluice.Proxy.Caching.Disk;

/// <summary>What the disk tier did since the start. Any thread.</summary>
internal sealed class DiskCounters
{
    private readonly long[] _counts = new long[(int)DiskEvent.Failed + 1];

    /// <summary>How often something happened.</summary>
    public long Of(DiskEvent happened) => Volatile.Read(ref _counts[(int)happened]);

    /// <summary>Counts it.</summary>
    public void Count(DiskEvent happened, long times = 1) => Interlocked.Add(ref _counts[(int)happened], times);
}
