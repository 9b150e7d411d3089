using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>Picks a server of one upstream for a request. One per worker and upstream, so that picking needs no lock.</summary>
internal abstract class Balancer
{
    protected Balancer(UpstreamState upstream) => Servers = upstream.Servers;

    /// <summary>The servers in the order of the configuration.</summary>
    protected ServerState[] Servers { get; }

    /// <summary>Creates the balancer of an upstream's policy.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="workerIndex">Workers begin at different servers, so that few requests on many workers spread too.</param>
    public static Balancer Create(UpstreamState upstream, int workerIndex) => upstream.Plan.Balance switch
    {
        BalancePolicy.LeastRequests => new LeastRequestsBalancer(upstream, workerIndex),
        BalancePolicy.RandomTwoChoices => new RandomTwoChoicesBalancer(upstream, workerIndex),
        _ => new RoundRobinBalancer(upstream, workerIndex),
    };

    /// <summary>The server for a request, passing by those it could not be sent to; null when none is left.</summary>
    /// <param name="failedServers">A bit for each server, by its number modulo 64.</param>
    public ServerState? Pick(ulong failedServers)
    {
        if (Servers.Length == 1)
        {
            return failedServers == 0 ? Servers[0] : null;
        }

        return PickAmong(failedServers);
    }

    /// <summary>The server for a request among those whose bit in <paramref name="failed"/> is not set; null when none is left.</summary>
    protected abstract ServerState? PickAmong(ulong failed);

    /// <summary>Whether a server may be picked.</summary>
    protected static bool IsEligible(ServerState server, ulong failed) => (failed & (1UL << (server.Index & 63))) == 0;

    /// <summary>Whether <paramref name="left"/> has fewer requests in flight than <paramref name="right"/>, each relative to its weight.</summary>
    protected static bool IsLessLoaded(ServerState left, ServerState right) =>
        (long)left.ActiveRequests * right.Plan.Weight < (long)right.ActiveRequests * left.Plan.Weight;
}
