using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>
/// Smooth weighted round robin, as nginx has it: every server gains its weight, the one that gained most is picked and pays the sum back. Over a
/// round of as many requests as the weights add up to, each server gets exactly its weight, and no server gets its share in one go.
/// </summary>
internal sealed class RoundRobinBalancer : Balancer
{
    private readonly int[] _gained;

    public RoundRobinBalancer(UpstreamState upstream, int workerIndex)
        : base(upstream)
    {
        _gained = new int[Members.Length];
        for (int i = 0; i < workerIndex % Members.Length; i++)
        {
            PickAmong(failed: 0);
        }
    }

    /// <inheritdoc/>
    protected override UpstreamMember? PickAmong(ulong failed)
    {
        int total = 0;
        int best = -1;
        for (int i = 0; i < Members.Length; i++)
        {
            if (!IsEligible(Members[i], failed))
            {
                continue;
            }

            int weight = Members[i].Weight;
            total += weight;
            _gained[i] += weight;
            if (best < 0 || _gained[i] > _gained[best])
            {
                best = i;
            }
        }

        if (best < 0)
        {
            return null;
        }

        _gained[best] -= total;
        return Members[best];
    }
}
