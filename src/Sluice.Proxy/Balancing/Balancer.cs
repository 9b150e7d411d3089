using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>Picks a server of one upstream for a request. One per worker and upstream, so that picking needs no lock.</summary>
internal abstract class Balancer
{
    protected Balancer(UpstreamState upstream) => Members = upstream.Members;

    /// <summary>The servers in the order of the configuration.</summary>
    protected UpstreamMember[] Members { get; }

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
    public UpstreamMember? Pick(ulong failedServers)
    {
        if (Members.Length == 1)
        {
            return failedServers == 0 ? Members[0] : null;
        }

        return PickAmong(failedServers);
    }

    /// <summary>The server for a request among those whose bit in <paramref name="failed"/> is not set; null when none is left.</summary>
    protected abstract UpstreamMember? PickAmong(ulong failed);

    /// <summary>Whether a server may be picked.</summary>
    protected static bool IsEligible(UpstreamMember member, ulong failed) => (failed & member.Bit) == 0;

    /// <summary>Whether <paramref name="left"/> has fewer requests in flight than <paramref name="right"/>, each relative to its weight.</summary>
    protected static bool IsLessLoaded(UpstreamMember left, UpstreamMember right) =>
        (long)left.Server.ActiveRequests * right.Weight < (long)right.Server.ActiveRequests * left.Weight;
}
