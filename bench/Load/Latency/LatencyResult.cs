namespace Sluice.Load.Latency;

/// <summary>Latencies in microseconds, from the moment a request was due to its last response byte.</summary>
/// <param name="Completed">Requests that count: those after the warm-up.</param>
/// <param name="Failed">Requests without a whole response.</param>
internal sealed record LatencyResult(long Completed, long Failed, double P50Us, double P99Us, double P999Us, double MaxUs);
