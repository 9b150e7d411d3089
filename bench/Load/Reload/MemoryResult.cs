using Sluice.Load.Processes;
using Sluice.Load.Reports;

namespace Sluice.Load.Reload;

/// <summary>Readings of the process without traffic before and after many reloads.</summary>
/// <param name="Course">Readings in between, one after each tenth of the reloads, while traffic goes on.</param>
internal sealed record MemoryResult(
    IReadOnlyList<ProcessFootprint> Before, IReadOnlyList<ProcessFootprint> Course, IReadOnlyList<ProcessFootprint> After,
    IReadOnlyList<ReloadSample> Samples, int Refused)
{
    /// <summary>Of the medians of resident memory: garbage that waits for its collection included.</summary>
    public double RatioOfMedians => MedianBytes(After) / MedianBytes(Before);

    /// <summary>Of the smallest readings of resident memory: what is left where the last collection was not long ago.</summary>
    public double RatioOfMinima => (double)MinBytes(After) / MinBytes(Before);

    public static double MedianBytes(IReadOnlyList<ProcessFootprint> readings) =>
        RatioSummary.Middle([.. readings.Select(reading => (double)reading.ResidentBytes)]);

    public static long MinBytes(IReadOnlyList<ProcessFootprint> readings) => readings.Min(reading => reading.ResidentBytes);
}
