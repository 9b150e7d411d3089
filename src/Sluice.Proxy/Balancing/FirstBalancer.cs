using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>The first server that gets requests, in the order of the configuration.</summary>
internal sealed class FirstBalancer(UpstreamState upstream) : Balancer(upstream)
{
    /// <inheritdoc/>
    protected override UpstreamMember? PickAmong(in BalanceInput input)
    {
        foreach (UpstreamMember member in Candidates.Members)
        {
            if (IsEligible(member, input.Failed))
            {
                return member;
            }
        }

        return null;
    }
}
