using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>How servers are compared by a policy that compares them. Static, so that a comparison costs no call.</summary>
internal interface IServerScore
{
    /// <summary>How many servers are drawn at random and compared; 0 means all, as long as they are few.</summary>
    static abstract int Draws { get; }

    /// <summary>How busy a server is, for its share; lower is better.</summary>
    /// <param name="load">What it has to do.</param>
    /// <param name="weight">Its weight, less while it starts slowly; above 0.</param>
    /// <param name="nowMs">The loop's time.</param>
    static abstract double Of(ServerLoad load, double weight, long nowMs);
}
