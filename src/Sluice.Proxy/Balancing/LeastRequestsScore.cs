using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>The server with the fewest requests in flight relative to its weight, this request included, counted over all workers; among equals in turn.</summary>
internal readonly struct LeastRequestsScore : IServerScore
{
    /// <inheritdoc/>
    public static int Draws => 0;

    /// <inheritdoc/>
    public static double Of(ServerLoad load, double weight, long nowMs) => (load.ActiveRequests + 1) / weight;
}
