using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>The server with the least response time × (requests in flight + 1) / weight, where response times rise at once and fall slowly (<see cref="ServerLoad"/>).</summary>
/// <remarks>A server that has not answered yet is as good as idle for its first request and bad for a second one, so that one request finds out.</remarks>
internal readonly struct PeakEwmaScore : IServerScore
{
    private const double UnknownMs = 1_000;

    /// <inheritdoc/>
    public static int Draws => 0;

    /// <inheritdoc/>
    public static double Of(ServerLoad load, double weight, long nowMs)
    {
        int active = load.ActiveRequests;
        double averageMs = load.AverageMs(nowMs);
        return averageMs > 0 ? averageMs * (active + 1) / weight : UnknownMs * active / weight;
    }
}
