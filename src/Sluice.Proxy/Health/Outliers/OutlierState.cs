using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Health.Outliers;

/// <summary>What is known of a server's answers, and whether it is out because of them. It outlives reloads as its server does.</summary>
/// <remarks>
/// <code>
///   In ──a rule, and the upstream can spare it──▶ Out
///    ▲                                             │ its time is over, or somebody else let it in,
///    └─────────────────────────────────────────────┘ active checks speak for it, or the rules are gone
/// </code>
/// Workers count, the one that checks tells <see cref="Testimony"/>; all else is for the one thread that evaluates. Any thread may read <see cref="Current"/>.
/// </remarks>
internal sealed class OutlierState
{
    private readonly ServerHealth _health;
    private volatile Ejection? _current;
    private long _readmittedMs;
    private bool _wasSpokenFor;

    /// <summary>Creates the state of a server that is in.</summary>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="health">The server's health, which is told.</param>
    public OutlierState(int workers, ServerHealth health)
    {
        Outcomes = new ServerOutcomes(workers);
        _health = health;
    }

    /// <summary>What workers count.</summary>
    public ServerOutcomes Outcomes { get; }

    /// <summary>What they had counted before.</summary>
    public OutcomeHistory History { get; } = new();

    /// <summary>What active checks say of it while it is out.</summary>
    public CheckTestimony Testimony { get; } = new();

    /// <summary>That it is out; null while it is in.</summary>
    public Ejection? Current => _current;

    /// <summary>When it is let in again, in loop time, while it is out.</summary>
    public long UntilMs { get; private set; }

    /// <summary>How often it was out, less what time has healed.</summary>
    public int Count { get; private set; }

    /// <summary>Whether somebody else let it in.</summary>
    public bool WasLetIn => _current is not null && !_health.IsEjected;

    /// <summary>Whether active checks speak for letting it in.</summary>
    public bool IsSpokenFor => _current is { } ejection && Testimony.SpeaksFor(ejection);

    /// <summary>Takes it out.</summary>
    /// <returns>False when it is out already.</returns>
    public bool Eject(OutlierPlan plan, OutlierCause cause, string reason, long nowMs)
    {
        // A time in as long as the first time out makes up for one of those before.
        long healed = Count == 0 ? 0 : (nowMs - _readmittedMs) / plan.EjectionTimeMs;
        int count = (int)Math.Max(Count - healed, 0) + 1;
        long forMs = Math.Min((long)plan.EjectionTimeMs * count, Math.Max(plan.EjectionTimeMaxMs, plan.EjectionTimeMs));
        if (!_health.Eject($"ejected for {forMs / 1000d:0.#} s: {reason}"))
        {
            return false;
        }

        Count = count;
        UntilMs = nowMs + forMs;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        _current = new Ejection(cause, reason, now, now.AddMilliseconds(forMs)) { AtMs = nowMs, BelievesChecks = count == 1 || !_wasSpokenFor };
        return true;
    }

    /// <summary>Lets it in, and judges it only by what comes from now on.</summary>
    public void Readmit(string reason, long nowMs)
    {
        _wasSpokenFor = IsSpokenFor;
        _current = null;
        _readmittedMs = nowMs;
        Outcomes.ForgetStreak();
        History.Restart(Outcomes.Totals);
        _health.Readmit(reason);
    }
}
