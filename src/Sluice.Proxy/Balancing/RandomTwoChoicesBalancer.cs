using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>
/// Two servers drawn at random in proportion to their weights, of which the less loaded is picked: nearly as even as looking at all of them, and
/// many workers that decide alone don't all run to the same server (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
/// </summary>
internal sealed class RandomTwoChoicesBalancer : Balancer
{
    private readonly int[] _cumulativeWeights;
    private readonly Random _random;

    public RandomTwoChoicesBalancer(UpstreamState upstream, int workerIndex)
        : base(upstream)
    {
        // Load balancing is no secret: a fast generator of the worker's own is enough.
#pragma warning disable CA5394
        _random = new Random(unchecked((Environment.TickCount * 397) ^ workerIndex));
#pragma warning restore CA5394
        _cumulativeWeights = new int[Members.Length];
        int sum = 0;
        for (int i = 0; i < Members.Length; i++)
        {
            sum += Members[i].Weight;
            _cumulativeWeights[i] = sum;
        }
    }

    /// <inheritdoc/>
    protected override UpstreamMember? PickAmong(ulong failed)
    {
        UpstreamMember first = Draw();
        UpstreamMember second = Draw();
        if (!IsEligible(first, failed))
        {
            first = second;
        }

        if (!IsEligible(first, failed))
        {
            return FirstEligible(failed);
        }

        return IsEligible(second, failed) && IsLessLoaded(second, first) ? second : first;
    }

    private UpstreamMember Draw()
    {
#pragma warning disable CA5394
        int point = _random.Next(_cumulativeWeights[^1]);
#pragma warning restore CA5394
        int index = Array.BinarySearch(_cumulativeWeights, point + 1);
        return Members[index >= 0 ? index : ~index];
    }

    private UpstreamMember? FirstEligible(ulong failed)
    {
        foreach (UpstreamMember member in Members)
        {
            if (IsEligible(member, failed))
            {
                return member;
            }
        }

        return null;
    }
}
