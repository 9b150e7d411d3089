using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Concurrency;

/// <summary>
/// Finds out how many requests a server can have at once without one waiting for another, from nothing but how long responses take: a limit that falls when they take longer
/// than usual, and rises when they don't.
/// </summary>
/// <remarks>
/// The formula is that of Envoy's adaptive concurrency filter (its gradient controller) and of Netflix's concurrency-limits ("Performance Under Load", 2018), after TCP Vegas (Brakmo,
/// Peterson, 1995): <c>gradient = baseline × (1 + tolerance) / median</c>, 0.5 to 2, and <c>limit = limit × gradient + √(limit × gradient)</c>. The root is what may queue: without
/// it the limit could never rise. A limit that is not used doesn't rise, as in gradient2.
/// <para>
/// The baseline is what responses take when nobody waits. Measured under load it would be too long, and then the limit would rise, and so on; so when requests are being kept out
/// anyway, the limit is halved now and then, as BBR (Cardwell and others, 2016) drains its queue, and again for as long as that makes responses a quarter quicker. What they take then is
/// the baseline. Envoy goes down to its least limit at once for that, which turns most requests away; and here nobody is when nobody was before: then what is measured is right as it is.
/// </para>
/// Knows neither threads nor clocks: who has it calls it for each window of samples, from one thread.
/// </remarks>
internal sealed class GradientLimit
{
    private const int SamplesToAdapt = 20;

    // A median of a hundred is wrong by a seventh or less, mostly, even where times are as chance has it; the tolerance covers that. Where there are many, they may as well be more.
    private const int SamplesToMeasure = 100;
    private const int ProbeMinMs = 250;
    private const int ProbeMaxMs = 5_000;
    private const double GradientMin = 0.5;
    private const double GradientMax = 2;

    // Half as many requests take half as long where all of them wait for each other, and as long as before where nobody does. Less of a difference may be chance.
    private const double Improvement = 0.75;
    private const double SmoothingShare = 0.1;

    // Whoever is down to the least the limit can be has reason to doubt what was measured; Envoy has the same number.
    private const int UpdatesAtLeast = 5;

    private readonly AdaptiveConcurrencyPlan _plan;
    private readonly Random _random;
    private long _dueMs = long.MaxValue;
    private long _probingSinceMs;
    private double _smoothed;
    private double _best;
    private int _bestLimit;
    private int _atLeast;

    /// <summary>Creates one that knows nothing.</summary>
    /// <param name="plan">Its bounds.</param>
    /// <param name="random">Spreads measurements of several instances in time.</param>
    public GradientLimit(AdaptiveConcurrencyPlan plan, Random random)
    {
        _plan = plan;
        _random = random;
        Limit = Math.Clamp(plan.LimitInitial, plan.LimitMin, plan.LimitMax);
    }

    /// <summary>How many requests there may be at once.</summary>
    public int Limit { get; private set; }

    /// <summary>What it is doing.</summary>
    public LimitPhase Phase { get; private set; }

    /// <summary>What responses take when nobody waits, in microseconds; 0 until that was measured.</summary>
    public double BaselineMicroseconds { get; private set; }

    /// <summary>Whether there is enough in a window to act on, or no more is to be expected.</summary>
    public bool IsEnough(int count, long nowMs) => Phase switch
    {
        LimitPhase.Learning => count >= SamplesToMeasure,
        LimitPhase.Adapting => count >= SamplesToAdapt,
        _ => nowMs - _probingSinceMs >= (count >= SamplesToMeasure ? ProbeMinMs : ProbeMaxMs),
    };

    /// <summary>Acts on what was seen since the last call; while it probes, of requests that began since then.</summary>
    /// <returns>Whether requests that began before now say nothing any more.</returns>
    public bool Observe(LatencyWindow window, long nowMs)
    {
        bool isBinding = window.Peak >= Limit;
        switch (Phase)
        {
            case LimitPhase.Learning when !isBinding:
                BaselineMicroseconds = window.MedianMicroseconds;
                _smoothed = window.MedianMicroseconds;
                EndProbe(nowMs, Limit);
                return false;
            case LimitPhase.Learning:
                return TryProbe(window, nowMs);
            case LimitPhase.Probing:
                return Probe(window, nowMs);
            default:
                Adapt(window, isBinding);
                return IsDue(nowMs) && Calibrate(window, isBinding, nowMs);
        }
    }

    private void Adapt(LatencyWindow window, bool isBinding)
    {
        double gradient = Math.Clamp(BaselineMicroseconds * (100 + _plan.TolerancePercent) / 100 / window.MedianMicroseconds, GradientMin, GradientMax);
        double kept = Limit * gradient;
        double next = kept + Math.Sqrt(kept);
        if (next <= Limit || window.Peak * 2 >= Limit)
        {
            Limit = (int)Math.Clamp(Math.Round(next), _plan.LimitMin, _plan.LimitMax);
        }

        _atLeast = isBinding && Limit == _plan.LimitMin ? _atLeast + 1 : 0;
        if (!isBinding)
        {
            _smoothed += (window.MedianMicroseconds - _smoothed) * SmoothingShare;
        }
    }

    private bool IsDue(long nowMs) => nowMs >= _dueMs || _atLeast >= UpdatesAtLeast;

    private bool Calibrate(LatencyWindow window, bool isBinding, long nowMs)
    {
        if (isBinding)
        {
            return TryProbe(window, nowMs);
        }

        // What takes much longer is for the limit to answer, which keeps requests out then, and then it is found out.
        if (_smoothed <= BaselineMicroseconds * (100 + _plan.TolerancePercent) / 100)
        {
            BaselineMicroseconds = _smoothed;
        }

        EndProbe(nowMs, Limit);
        return false;
    }

    private bool TryProbe(LatencyWindow window, long nowMs)
    {
        _best = window.MedianMicroseconds;
        _bestLimit = Limit;
        return TryHalve(nowMs);
    }

    private bool Probe(LatencyWindow window, long nowMs)
    {
        // Nobody came, or nobody was answered: nothing is known.
        double before = _best;
        _best = window.Count > 0 ? window.MedianMicroseconds : before;
        if (_best >= before * Improvement)
        {
            // Not the least of all, which would be too little: chance has its part in each.
            BaselineMicroseconds = _best;
            EndProbe(nowMs, _bestLimit);
            return false;
        }

        _bestLimit = Limit;
        return TryHalve(nowMs);
    }

    private bool TryHalve(long nowMs)
    {
        if (Limit <= _plan.LimitMin)
        {
            BaselineMicroseconds = _best;
            EndProbe(nowMs, Limit);
            return false;
        }

        Limit = Math.Max(Limit / 2, _plan.LimitMin);
        Phase = LimitPhase.Probing;
        _probingSinceMs = nowMs;
        return true;
    }

    private void EndProbe(long nowMs, int limit)
    {
        Limit = limit;
        Phase = LimitPhase.Adapting;
        _smoothed = BaselineMicroseconds;
        _atLeast = 0;
#pragma warning disable CA5394 // When something is measured is no secret.
        _dueMs = nowMs + _plan.RecalibrateMs + _random.Next((_plan.RecalibrateMs / 10) + 1);
#pragma warning restore CA5394
    }
}
