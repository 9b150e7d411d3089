using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>Picks a server of one upstream for a request. One per worker and upstream, so that picking needs no lock.</summary>
internal abstract class Balancer
{
    // A server that has just come gets a tenth of its share, so that its start can be seen in its answers.
    private const double RampMin = 0.1;

    protected Balancer(UpstreamState upstream)
    {
        Upstream = upstream;
        Candidates = upstream.Candidates;
    }

    /// <summary>The upstream.</summary>
    protected UpstreamState Upstream { get; }

    /// <summary>The servers that get requests at the moment.</summary>
    protected CandidateList Candidates { get; private set; }

    /// <summary>Whether a server that starts slowly is given less by the policy itself.</summary>
    protected virtual bool RampsByItself => false;

    /// <summary>Creates the balancer of an upstream's policy.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="workerIndex">Workers begin at different servers, so that few requests on many workers spread too.</param>
    public static Balancer Create(UpstreamState upstream, int workerIndex) => upstream.Plan.Balance.Policy switch
    {
        BalancePolicy.LeastRequests => new ScoreBalancer<LeastRequestsScore>(upstream, workerIndex),
        BalancePolicy.RandomTwoChoices => new ScoreBalancer<RandomTwoChoicesScore>(upstream, workerIndex),
        BalancePolicy.PeakEwma => new ScoreBalancer<PeakEwmaScore>(upstream, workerIndex),
        BalancePolicy.RingHash or BalancePolicy.Maglev => new HashBalancer(upstream),
        BalancePolicy.First => new FirstBalancer(upstream),
        _ => new RoundRobinBalancer(upstream, workerIndex),
    };

    /// <summary>The server for a request, passing by those it could not be sent to; null when none is left.</summary>
    public UpstreamMember? Pick(in BalanceInput input)
    {
        CandidateList candidates = Upstream.Candidates;
        if (!ReferenceEquals(candidates, Candidates))
        {
            Candidates = candidates;
            OnCandidates();
        }

        if (candidates.Members.Length <= 1)
        {
            return candidates.Members.Length == 1 && IsEligible(candidates.Members[0], input.Failed) ? candidates.Members[0] : null;
        }

        UpstreamMember? member = PickAmong(input);
        return member is null || RampsByItself || candidates.RampsUntilMs <= input.NowMs ? member : Ramped(member, input);
    }

    /// <summary>How much of its share a server gets at the moment, above 0 to 1: less while it starts slowly.</summary>
    protected double RampOf(UpstreamMember member, long nowMs)
    {
        if (Candidates.RampsUntilMs <= nowMs)
        {
            return 1;
        }

        long since = member.Server.Health.ReadySinceMs;
        return since == 0 ? 1 : Math.Clamp((double)(nowMs - since) / Candidates.SlowStartMs, RampMin, 1);
    }

    /// <summary>Other servers get requests from now on.</summary>
    protected virtual void OnCandidates()
    {
    }

    /// <summary>The server for a request among the candidates, of which there are two or more; null when all were tried in vain.</summary>
    protected abstract UpstreamMember? PickAmong(in BalanceInput input);

    /// <summary>Whether a server may be picked.</summary>
    protected static bool IsEligible(UpstreamMember member, ulong failed) => (failed & member.Bit) == 0;

    // One that starts slowly passes on what is beyond its share of the moment.
    private UpstreamMember Ramped(UpstreamMember member, in BalanceInput input)
    {
#pragma warning disable CA5394 // Load balancing is no secret.
        bool stays = input.Random.NextDouble() < RampOf(member, input.NowMs);
#pragma warning restore CA5394
        return stays ? member : PickAmong(input.Without(member.Bit)) ?? member;
    }
}
