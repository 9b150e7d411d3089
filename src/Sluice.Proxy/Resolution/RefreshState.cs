using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;

namespace Sluice.Proxy.Resolution;

/// <summary>When a name is asked for again, and what the operator is told of that. For one task at a time.</summary>
/// <param name="name">The name.</param>
/// <param name="plan">The bounds.</param>
/// <param name="log">Takes what the operator is told.</param>
/// <param name="time">The clock.</param>
internal sealed class RefreshState(string name, DnsPlan plan, MessageLog log, TimeProvider time)
{
    private const int RetryMsMin = 1_000;
    private const int RetryMsMax = 10_000;
    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(10);

    private DateTimeOffset _failingSince;
    private DateTimeOffset _warnAt;
    private string _problem = "";
    private int _failures;

    /// <summary>There is an answer.</summary>
    /// <param name="ttlMs">How long it says that it may be kept; 0 too.</param>
    /// <returns>In how many milliseconds to ask again.</returns>
    internal int OnAnswer(long ttlMs)
    {
        if (_failures > 0)
        {
            log.Write($"dns: {name} is resolved again");
        }

        _failures = 0;
        _problem = "";
        return (int)Math.Clamp(ttlMs, plan.MinTtlMs, Math.Max(plan.MinTtlMs, plan.MaxTtlMs));
    }

    /// <summary>There is none that can be used.</summary>
    /// <param name="problem">Why, in words.</param>
    /// <param name="hasLast">Whether there is one from before, which stays in use.</param>
    /// <returns>In how many milliseconds to ask again: after 1 s, then 2 s, to 10 s at the most.</returns>
    internal int OnFailure(string problem, bool hasLast)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_failures == 0)
        {
            _failingSince = now;
            _warnAt = now + TimeSpan.FromMilliseconds(plan.StaleMs);
        }

        if (problem != _problem)
        {
            // Several name servers may fail in turn, each in its own way.
            log.Limited("dns " + name, $"dns: {name} can't be resolved: {problem}; {(hasLast ? "the last answer stays in use" : "there is no answer yet")}");
            _problem = problem;
        }

        if (hasLast && now >= _warnAt)
        {
            log.Write($"dns: {name} could not be resolved for {(int)(now - _failingSince).TotalSeconds} s; its last answer is old, and still in use");
            _warnAt = now + WarningInterval;
        }

        return Math.Min(RetryMsMin << Math.Min(_failures++, 10), RetryMsMax);
    }
}
