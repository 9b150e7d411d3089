using Sluice.Proxy.Balancing;
using Sluice.Proxy.Health;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Retries;

/// <summary>Where a request goes that the balancer has no more server for, since it was sent to all of its tier in vain.</summary>
internal static class OtherServer
{
    /// <summary>Whether there is a server for another attempt.</summary>
    public static bool Exists(Exchange exchange, UpstreamState upstream) =>
        HasUntried(exchange, upstream) || (!exchange.Retry.Plan.OtherServersOnly && upstream.Candidates.Members.Length > 0);

    /// <summary>Whether a server is left that the request was not sent to in vain.</summary>
    public static bool HasUntried(Exchange exchange, UpstreamState upstream)
    {
        CandidateList candidates = upstream.Candidates;
        foreach (UpstreamMember member in candidates.Members)
        {
            if ((exchange.FailedServers & member.Bit) == 0)
            {
                return true;
            }
        }

        return FindInOtherTier(exchange, upstream) is not null;
    }

    /// <summary>One that is ready in another tier, or else, where that is allowed, one that was tried before. Null when there is none.</summary>
    public static UpstreamMember? Find(Exchange exchange, UpstreamState upstream)
    {
        if (exchange.FailedServers == 0)
        {
            return null;
        }

        UpstreamMember? member = FindInOtherTier(exchange, upstream);
        if (member is null && !exchange.Retry.Plan.OtherServersOnly)
        {
            exchange.FailedServers = 0;
            member = upstream.Pick(exchange);
        }

        return member;
    }

    // A request that belongs to a server's session, and ends with it, has no other server.
    private static UpstreamMember? FindInOtherTier(Exchange exchange, UpstreamState upstream)
    {
        if (upstream.Plan.Session is { FailsWithServer: true })
        {
            return null;
        }

        UpstreamMember? best = null;
        foreach (UpstreamMember member in upstream.Members)
        {
            bool isUsable = (exchange.FailedServers & member.Bit) == 0 && member.Server.Health.Availability == Availability.Ready;
            if (isUsable && (best is null || member.Tier < best.Tier))
            {
                best = member;
            }
        }

        return best;
    }
}
