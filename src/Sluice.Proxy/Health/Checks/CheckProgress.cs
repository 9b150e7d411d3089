using System.Diagnostics;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Proxy.Health.Checks;

/// <summary>What checks say of a server, from their results one after another, and when the next one is due.</summary>
/// <remarks>
/// <code>
///   None (taken to be up) ── passed ──▶ Up ── failed, "fall" in a row ──▶ Down
///        └─── failed, "fall" in a row ────────────────────────────────────▶ │
///                                       ▲── passed, "rise" in a row; once where none ever has ──┘
/// </code>
/// A server that fails and passes by turns stays what it is: any other result begins the row anew.
/// </remarks>
internal sealed class CheckProgress
{
    // A tenth, so that servers which came up together, and machines that check the same ones, drift apart.
    private const double Jitter = 0.1;

    private readonly HealthCheckPlan _plan;
    private bool _awaitsFirst;
    private bool _hasPassed;

    /// <summary>Goes on from what is known.</summary>
    /// <param name="plan">How many results it takes, and how often to check.</param>
    /// <param name="verdict">What was said of the server so far.</param>
    /// <param name="awaitsFirst">Whether it is down because none ever passed.</param>
    public CheckProgress(HealthCheckPlan plan, CheckVerdict verdict, bool awaitsFirst)
    {
        Debug.Assert(plan is { Rise: > 0, Fall: > 0 }, "A change takes at least one result.");
        _plan = plan;
        Verdict = verdict;
        _awaitsFirst = awaitsFirst;
    }

    /// <summary>What is said of the server.</summary>
    public CheckVerdict Verdict { get; private set; }

    /// <summary>How many results were the same in a row.</summary>
    public int InARow { get; private set; }

    private bool IsFast => Verdict == CheckVerdict.Down || (InARow > 0 && !_hasPassed);

    private int FastIntervalMs => Math.Min(_plan.FastIntervalMs, _plan.IntervalMs);

    /// <summary>Adds a result; true when it changes what is said of the server.</summary>
    public bool Add(bool hasPassed)
    {
        InARow = hasPassed == _hasPassed && InARow > 0 ? InARow + 1 : 1;
        _hasPassed = hasPassed;
        CheckVerdict before = Verdict;
        if (hasPassed && (before == CheckVerdict.None || _awaitsFirst || InARow >= _plan.Rise))
        {
            Verdict = CheckVerdict.Up;
        }
        else if (!hasPassed && InARow >= _plan.Fall)
        {
            Verdict = CheckVerdict.Down;
        }

        _awaitsFirst &= !hasPassed;
        return Verdict != before;
    }

    /// <summary>Forgets the results so far, but not what they led to: what comes after a pause is no row with what was before.</summary>
    public void Pause() => InARow = 0;

    /// <summary>When the first check is due, in milliseconds from now: those of many servers are spread over the fast interval.</summary>
    /// <param name="draw">0 to 1, at random.</param>
    public int FirstDelayMs(double draw) => (int)(draw * FastIntervalMs);

    /// <summary>When the next check is due, in milliseconds from now.</summary>
    /// <param name="elapsedMs">How long ago the last one began.</param>
    /// <param name="draw">0 to 1, at random.</param>
    public int NextDelayMs(double elapsedMs, double draw)
    {
        int intervalMs = IsFast ? FastIntervalMs : _plan.IntervalMs;
        double spread = 1 + (Jitter * ((2 * draw) - 1));
        return (int)Math.Max((intervalMs * spread) - elapsedMs, 0);
    }
}
