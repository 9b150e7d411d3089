namespace Sluice.Proxy.Concurrency;

/// <summary>What was seen of an upstream for a while.</summary>
/// <param name="Count">How many responses there were.</param>
/// <param name="MedianMicroseconds">What half of them took at most, to their heads; 0 when there were none.</param>
/// <param name="Peak">The most requests that there were at once.</param>
internal readonly record struct LatencyWindow(int Count, double MedianMicroseconds, int Peak);
