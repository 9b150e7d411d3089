using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>Picks the server with the lowest score: of all where they are few, of some drawn at random by weight where they are many.</summary>
/// <typeparam name="TScore">How they are compared.</typeparam>
/// <remarks>
/// Of four drawn at random the best is nearly as good as the best of all (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001), at a cost that doesn't
/// grow with the number of servers; and many workers that decide alone don't all run to the same server.
/// </remarks>
internal sealed class ScoreBalancer<TScore> : Balancer
    where TScore : struct, IServerScore
{
    private const int AllMax = 16;
    private const int DrawsOfMany = 4;

    private readonly int _workerIndex;
    private Candidate[] _entries = [];
    private AliasTable? _draw;
    private int _start;

    /// <summary>Prepares it.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="workerIndex">The number of the worker.</param>
    public ScoreBalancer(UpstreamState upstream, int workerIndex)
        : base(upstream)
    {
        _workerIndex = workerIndex;
        OnCandidates();
    }

    /// <inheritdoc/>
    protected override bool RampsByItself => TScore.Draws == 0;

    /// <inheritdoc/>
    protected override void OnCandidates()
    {
        _entries = Candidates.Entries;
        _draw = _entries.Length > 0 && (TScore.Draws > 0 || _entries.Length > AllMax) ? Candidates.Draw : null;
        _start = _entries.Length == 0 ? 0 : _workerIndex % _entries.Length;
    }

    /// <inheritdoc/>
    protected override UpstreamMember? PickAmong(in BalanceInput input) =>
        (_draw is null ? null : BestOfDrawn(_draw, input)) ?? BestOfAll(input);

    private UpstreamMember? BestOfDrawn(AliasTable draw, in BalanceInput input)
    {
        // All are drawn before the first is looked at: then the processor waits for the memory of all of them at once.
        Span<int> drawn = stackalloc int[DrawsOfMany];
        drawn = drawn[..(TScore.Draws == 0 ? DrawsOfMany : TScore.Draws)];
        foreach (ref int at in drawn)
        {
            at = draw.Draw(input.Random);
        }

        bool isRamping = IsRamping(input.NowMs);
        UpstreamMember? best = null;
        double lowest = double.MaxValue;
        foreach (int at in drawn)
        {
            ref readonly Candidate candidate = ref _entries[at];
            double score = ScoreOf(candidate, isRamping, input.NowMs);
            if (score < lowest && (input.Failed == 0 || IsEligible(candidate.Member, input.Failed)))
            {
                best = candidate.Member;
                lowest = score;
            }
        }

        return best;
    }

    private UpstreamMember? BestOfAll(in BalanceInput input)
    {
        bool isRamping = IsRamping(input.NowMs);
        UpstreamMember? best = null;
        double lowest = double.MaxValue;
        int found = 0;
        for (int i = 0; i < _entries.Length; i++)
        {
            int at = _start + i < _entries.Length ? _start + i : _start + i - _entries.Length;
            ref readonly Candidate candidate = ref _entries[at];
            if (!IsEligible(candidate.Member, input.Failed))
            {
                continue;
            }

            double score = ScoreOf(candidate, isRamping, input.NowMs);
            if (score < lowest)
            {
                best = candidate.Member;
                lowest = score;
                found = at;
            }
        }

        // The search begins behind the last pick, so that equals take turns.
        _start = best is null ? _start : (found + 1) % _entries.Length;
        return best;
    }

    // Whether somebody has less than a full share for now, which the policy itself sees to.
    private bool IsRamping(long nowMs) => TScore.Draws == 0 && Candidates.RampsUntilMs > nowMs;

    private double ScoreOf(in Candidate candidate, bool isRamping, long nowMs) =>
        TScore.Of(candidate.Load, isRamping ? candidate.Weight * RampOf(candidate.Member, nowMs) : candidate.Weight, nowMs);
}
