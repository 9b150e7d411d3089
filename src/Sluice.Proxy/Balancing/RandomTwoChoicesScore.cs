using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>Two servers drawn at random in proportion to their weights, of which the less loaded is picked.</summary>
/// <remarks>Weights count for the draw alone: with both they would count twice.</remarks>
internal readonly struct RandomTwoChoicesScore : IServerScore
{
    /// <inheritdoc/>
    public static int Draws => 2;

    /// <inheritdoc/>
    public static double Of(ServerLoad load, double weight, long nowMs) => load.ActiveRequests;
}
