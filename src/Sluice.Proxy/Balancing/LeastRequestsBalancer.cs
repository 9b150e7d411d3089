using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>The server with the fewest requests in flight relative to its weight, counted over all workers; among equals in turn.</summary>
internal sealed class LeastRequestsBalancer : Balancer
{
    private int _start;

    public LeastRequestsBalancer(UpstreamState upstream, int workerIndex)
        : base(upstream) => _start = workerIndex % Servers.Length;

    /// <inheritdoc/>
    protected override ServerState? PickAmong(ulong failed)
    {
        ServerState? best = null;
        for (int i = 0; i < Servers.Length; i++)
        {
            ServerState server = Servers[(_start + i) % Servers.Length];
            if (IsEligible(server, failed) && (best is null || IsLessLoaded(server, best)))
            {
                best = server;
            }
        }

        // The search begins behind the last pick, so that equals take turns.
        _start = best is null ? _start : (best.Index + 1) % Servers.Length;
        return best;
    }
}
