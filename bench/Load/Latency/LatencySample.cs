namespace Sluice.Load.Latency;

/// <summary>One contender's latencies in one round at a fixed rate.</summary>
internal sealed record LatencySample(string Contender, int Round, int RequestsPerSecond, LatencyResult Result);
