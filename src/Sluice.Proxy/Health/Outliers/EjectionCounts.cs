namespace Sluice.Proxy.Health.Outliers;

/// <summary>How often servers of an upstream were taken out, by the rule. Written by one thread, read by any.</summary>
public sealed class EjectionCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<OutlierCause>().Length];

    /// <summary>How often a rule did it.</summary>
    public long Of(OutlierCause cause) => Volatile.Read(ref _counts[(int)cause]);

    internal void Add(OutlierCause cause) => Interlocked.Increment(ref _counts[(int)cause]);
}
