using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>The server with the fewest requests in flight relative to its weight, counted over all workers; among equals in turn.</summary>
internal sealed class LeastRequestsBalancer : Balancer
{
    private int _start;

    public LeastRequestsBalancer(UpstreamState upstream, int workerIndex)
        : base(upstream) => _start = workerIndex % Members.Length;

    /// <inheritdoc/>
    protected override UpstreamMember? PickAmong(ulong failed)
    {
        UpstreamMember? best = null;
        for (int i = 0; i < Members.Length; i++)
        {
            UpstreamMember member = Members[(_start + i) % Members.Length];
            if (IsEligible(member, failed) && (best is null || IsLessLoaded(member, best)))
            {
                best = member;
            }
        }

        // The search begins behind the last pick, so that equals take turns.
        _start = best is null ? _start : (best.Index + 1) % Members.Length;
        return best;
    }
}
