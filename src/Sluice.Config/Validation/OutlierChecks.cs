using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Validation;

/// <summary>Longest times are not shorter than the first ones, and a quantile leaves requests beyond it.</summary>
internal static class OutlierChecks
{
    private const int QuantileMax = 9_999;

    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        CheckOutliers(config.Defaults.Outliers, diagnostics);
        foreach (UpstreamConfig upstream in config.Upstreams)
        {
            CheckOutliers(upstream.Outliers, diagnostics);
            CheckCircuit(upstream.CircuitBreaker, diagnostics);
        }
    }

    private static void CheckOutliers(OutlierConfig? outliers, DiagnosticBag diagnostics)
    {
        if (outliers is { Plan: { } plan } && plan.EjectionTimeMaxMs < plan.EjectionTimeMs)
        {
            CheckTimes("max_ejection_time", plan.EjectionTimeMaxMs, "ejection_time", plan.EjectionTimeMs, outliers.Location, diagnostics);
        }
    }

    private static void CheckCircuit(CircuitBreakerConfig? circuit, DiagnosticBag diagnostics)
    {
        if (circuit is not { Plan: { } plan })
        {
            return;
        }

        if (plan.OpenForMaxMs < plan.OpenForMs)
        {
            CheckTimes("max_open_for", plan.OpenForMaxMs, "open_for", plan.OpenForMs, circuit.Location, diagnostics);
        }

        if (plan.Latency is { } latency && latency.QuantileHundredths is 0 or > QuantileMax)
        {
            diagnostics.Add(DiagnosticCodes.OutOfRange, $"a `quantile` of {latency.QuantileHundredths / 100} says nothing", circuit.Location, "above 0, up to 99.99");
        }
    }

    private static void CheckTimes(string longest, int longestMs, string first, int firstMs, SourceLocation? place, DiagnosticBag diagnostics) => diagnostics.Add(
        DiagnosticCodes.OutOfRange, $"`{longest}` of {DurationType.Format(longestMs)} is below `{first}` of {DurationType.Format(firstMs)}", place);
}
