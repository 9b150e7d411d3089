namespace Sluice.Load.Reports;

/// <summary>Ratios of runs in the same round: their median, and how far they spread.</summary>
internal readonly record struct RatioSummary(double Median, double Min, double Max, int Count)
{
    /// <summary>Null when there is nothing to compare.</summary>
    public static RatioSummary? Of(IReadOnlyCollection<double> ratios)
    {
        return ratios.Count == 0 ? null : new RatioSummary(Middle(ratios), ratios.Min(), ratios.Max(), ratios.Count);
    }

    /// <summary>The median; the mean of the middle two for an even count; NaN for none.</summary>
    public static double Middle(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[half]
            : (sorted[half - 1] + sorted[half]) / 2;
    }

    public override string ToString() => $"{Median:0.000} ({Min:0.000}-{Max:0.000})";
}
