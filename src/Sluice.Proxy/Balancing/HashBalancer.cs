using Sluice.Proxy.Balancing.Hashing;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>The server that a value of the request belongs to; with a bound, the next one on its way that isn't too busy.</summary>
/// <remarks>
/// Bounded loads: a server takes at most so much more than its share of all requests in flight (Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing with Bounded
/// Loads", 2017), so that a key that everybody asks for doesn't sink one server while others idle.
/// </remarks>
internal sealed class HashBalancer : Balancer
{
    // Beyond, most servers get no requests or are full, and whoever is next in the list is as good as any.
    private const int StepsMax = 256;

    private readonly int _boundPercent;
    private HashTable? _table;

    /// <summary>Prepares it.</summary>
    /// <param name="upstream">The upstream, with a table for each tier.</param>
    public HashBalancer(UpstreamState upstream)
        : base(upstream)
    {
        _boundPercent = upstream.Plan.Balance.BoundedLoadPercent;
        OnCandidates();
    }

    /// <inheritdoc/>
    protected override void OnCandidates() => _table = Candidates.Members.Length == 0 ? null : Upstream.TableOf(Candidates.Members[0].Tier);

    /// <inheritdoc/>
    protected override UpstreamMember? PickAmong(in BalanceInput input)
    {
        HashTable table = _table!;
        int location = table.Locate(input.KeyHash);
        long allowed = _boundPercent == 0 ? 0 : (Upstream.Health.Requests.Sum + 1L) * _boundPercent;
        UpstreamMember? second = null;
        for (int step = 0; step < StepsMax; step++)
        {
            // By its number, so that servers which are passed by are not looked at.
            int index = table.At(input.KeyHash, location, step);
            if (!Candidates.Contains(index) || (input.Failed & UpstreamMember.BitOf(index)) != 0)
            {
                continue;
            }

            UpstreamMember member = Upstream.Members[index];
            second ??= member;
            if (_boundPercent == 0 || IsWithin(member, allowed))
            {
                return member;
            }
        }

        return second ?? FirstFrom((int)(input.KeyHash % (ulong)Candidates.Members.Length), input.Failed);
    }

    // Rounded up, so that one request always fits.
    private bool IsWithin(UpstreamMember member, long allowedPercent)
    {
        long share = (allowedPercent * member.Weight) + (100 * Candidates.WeightSum) - 1;
        return member.Server.ActiveRequests + 1 <= share / (100 * Candidates.WeightSum);
    }

    private UpstreamMember? FirstFrom(int start, ulong failed)
    {
        for (int i = 0; i < Candidates.Members.Length; i++)
        {
            UpstreamMember member = Candidates.Members[(start + i) % Candidates.Members.Length];
            if (IsEligible(member, failed))
            {
                return member;
            }
        }

        return null;
    }
}
