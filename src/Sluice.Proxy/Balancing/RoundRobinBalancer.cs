using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>
/// Weighted round robin by earliest deadline: a server of weight w is due w times per round, evenly apart, and whoever is due first is picked. Over a round of as
/// many requests as the weights add up to, each server gets exactly its weight, and no server gets its share in one go.
/// </summary>
/// <remarks>A heap makes a pick cost the logarithm of the number of servers, where looking at all of them, as nginx does, costs their number.</remarks>
internal sealed class RoundRobinBalancer : Balancer
{
    // The time of one request to a server of weight 1; large beside the greatest weight, so that dividing loses nothing that counts, and small
    // enough that the deadlines of ten billion requests to a single server are far from overflowing.
    private const ulong Period = 1UL << 24;

    private readonly int _workerIndex;
    // With numbers of servers in place of references, which would cost a barrier of the collector's with every move.
    private Turn[] _heap = [];

    public RoundRobinBalancer(UpstreamState upstream, int workerIndex)
        : base(upstream)
    {
        _workerIndex = workerIndex;
        OnCandidates();
    }

    /// <inheritdoc/>
    protected override void OnCandidates()
    {
        // Servers of one weight begin evenly apart over their period, so that the turns of heavier ones lie between theirs.
        UpstreamMember[] members = Candidates.Members;
        int at = 0;
        _heap = new Turn[members.Length];
        foreach (IGrouping<int, int> equals in Enumerable.Range(0, members.Length).GroupBy(i => members[i].Weight))
        {
            ulong period = Period / (ulong)equals.Key;
            int count = equals.Count();
            int rank = count - (_workerIndex % count);
            foreach (int i in equals)
            {
                ulong begin = period * (ulong)((2 * (rank % count)) + 1) / (ulong)(2 * count);
                _heap[at++] = new Turn(begin, (rank % count * members.Length) + members[i].Index, i);
                rank++;
            }
        }

        Array.Sort(_heap, static (left, right) => (left.Due, left.Order).CompareTo((right.Due, right.Order)));
    }

    /// <inheritdoc/>
    protected override UpstreamMember? PickAmong(in BalanceInput input)
    {
        // One that was tried in vain loses its turn; a request without any server left takes a turn of each.
        for (int i = 0; i < _heap.Length; i++)
        {
            UpstreamMember member = TakeTurn();
            if (IsEligible(member, input.Failed))
            {
                return member;
            }
        }

        return FirstEligible(input.Failed);
    }

    private UpstreamMember TakeTurn()
    {
        Turn[] heap = _heap;
        Turn first = heap[0];
        UpstreamMember member = Candidates.Members[first.At];
        Turn moved = first with { Due = first.Due + (Period / (ulong)member.Weight) };
        int at = 0;
        int child = 1;
        while (child < heap.Length)
        {
            // The one of two that is due first; a last one without a sibling is compared with itself. No branch: it would be guessed wrong half of the time.
            child += Convert.ToInt32(heap[Math.Min(child + 1, heap.Length - 1)].IsBefore(heap[child]));
            if (!heap[child].IsBefore(moved))
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
            child = (2 * at) + 1;
        }

        heap[at] = moved;
        return member;
    }

    // A heavy server may have had all the turns.
    private UpstreamMember? FirstEligible(ulong failed)
    {
        foreach (UpstreamMember member in Candidates.Members)
        {
            if (IsEligible(member, failed))
            {
                return member;
            }
        }

        return null;
    }
}
