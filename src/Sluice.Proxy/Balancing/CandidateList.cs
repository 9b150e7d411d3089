using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>The servers of an upstream that get requests at the moment: those of one tier that are ready. Immutable; made anew after each change, read by all workers.</summary>
internal sealed class CandidateList
{
    private readonly bool[] _isCandidate;
    private AliasTable? _draw;

    /// <summary>Finds out who gets requests.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="epoch">That of its health before anything of it was read.</param>
    public CandidateList(UpstreamState upstream, int epoch)
    {
        Epoch = epoch;
        (Members, IsPanic) = Choose(upstream.Members, upstream.Plan);
        SlowStartMs = upstream.Plan.SlowStartMs;
        Entries = [.. Members.Select(member => new Candidate(member, member.Server.Load, member.Weight))];
        _isCandidate = new bool[upstream.Members.Length];
        foreach (UpstreamMember member in Members)
        {
            _isCandidate[member.Index] = true;
            WeightSum += member.Weight;
            if (SlowStartMs > 0 && member.Server.Health.ReadySinceMs is > 0 and long since)
            {
                RampsUntilMs = Math.Max(RampsUntilMs, since + SlowStartMs);
            }
        }
    }

    /// <summary>The epoch of health that it shows.</summary>
    public int Epoch { get; }

    /// <summary>The servers, in the order of the configuration; empty when none takes requests.</summary>
    public UpstreamMember[] Members { get; }

    /// <summary>The same with what they are compared by.</summary>
    public Candidate[] Entries { get; }

    /// <summary>Whether so few are healthy that health is taken to be a mistake.</summary>
    public bool IsPanic { get; }

    /// <summary>The sum of their weights.</summary>
    public long WeightSum { get; }

    /// <summary>Until when one of them has less than its full share.</summary>
    public long RampsUntilMs { get; }

    /// <summary>How long a server takes to its full share; 0 when it has that at once.</summary>
    public int SlowStartMs { get; }

    /// <summary>Draws by weight. Two workers may make it at once; one is forgotten.</summary>
    public AliasTable Draw => _draw ??= new AliasTable([.. Members.Select(member => member.Weight)]);

    /// <summary>Whether a server is one of them.</summary>
    /// <param name="index">Its number within the upstream.</param>
    public bool Contains(int index) => _isCandidate[index];

    // The first tier that has enough servers which are ready, or else any.
    private static (UpstreamMember[] Members, bool IsPanic) Choose(UpstreamMember[] all, UpstreamPlan plan)
    {
        int ready = all.Count(IsReady);
        if ((long)ready * 100 < (long)plan.PanicPercent * all.Length)
        {
            UpstreamMember[] used = [.. all.Where(member => member.Server.Health.Administrative == AdministrativeState.Ready)];
            return (FirstTier(used), IsPanic: true);
        }

        UpstreamMember[] most = [];
        foreach (IGrouping<int, UpstreamMember> tier in all.GroupBy(member => member.Tier).OrderBy(tier => tier.Key))
        {
            UpstreamMember[] members = [.. tier.Where(IsReady)];
            if (members.Length > 0 && (long)members.Length * 100 >= (long)plan.TierMinPercent * tier.Count())
            {
                return (members, IsPanic: false);
            }

            most = members.Length > 0 && most.Length == 0 ? members : most;
        }

        return (most, IsPanic: false);
    }

    private static UpstreamMember[] FirstTier(UpstreamMember[] members)
    {
        int first = members.Length == 0 ? 0 : members.Min(member => member.Tier);
        return [.. members.Where(member => member.Tier == first)];
    }

    private static bool IsReady(UpstreamMember member) => member.Server.Health.Availability == Availability.Ready;
}
