using System.Diagnostics;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.CircuitBreaking;

/// <summary>Keeps requests from an upstream while too many of them fail or take too long: they are answered at once, and the upstream has time to recover.</summary>
/// <remarks>
/// A request asks one volatile value. Workers count for themselves; the thread of <see cref="UpstreamWatch"/> alone changes the state. What counts is how a request
/// ended, whatever servers were tried for it. It outlives reloads that don't change its plan.
/// </remarks>
public sealed class CircuitBreaker
{
    // How late a change may come; a request that waited for nothing is worth more than a wake-up for each.
    private const int TickMs = 100;

    // The first of the ramp: enough to see something, and not enough to hurt.
    private const double ShareMin = 0.05;

    // A quantile of few requests is one of them: one that is slow by chance is no reason.
    private const int SlowMin = 2;

    private readonly CircuitWindow[] _windows;
    private readonly StatusSet _statuses;
    private readonly Action<string> _report;
    private volatile CircuitPhase _phase;
    private long _opened;

    /// <summary>Creates a circuit that is closed.</summary>
    /// <param name="plan">When it opens.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="opened">How often one that it takes the place of was opened.</param>
    /// <param name="report">Takes a line for the operator with each change; any thread.</param>
    internal CircuitBreaker(CircuitBreakerPlan plan, int workers, long opened, Action<string> report)
    {
        Plan = plan;
        _opened = opened;
        _report = report;
        _statuses = new StatusSet(plan.Statuses);
        _windows = new CircuitWindow[workers];
        for (int i = 0; i < workers; i++)
        {
            _windows[i] = new CircuitWindow(plan.WindowMs);
        }

        _phase = new CircuitPhase(CircuitState.Closed, 1, 0, long.MaxValue, 0, "new", DateTimeOffset.UtcNow);
    }

    /// <summary>When it opens.</summary>
    public CircuitBreakerPlan Plan { get; }

    /// <summary>What it is in now; any thread.</summary>
    public CircuitPhase Phase => _phase;

    /// <summary>How often it was opened; any thread.</summary>
    public long Opened => Volatile.Read(ref _opened);

    /// <summary>When a client may try again, in seconds from 1; any thread.</summary>
    /// <param name="nowMs">Loop time.</param>
    internal int RetryAfterSeconds(long nowMs)
    {
        CircuitPhase phase = _phase;
        return phase.State == CircuitState.Open ? (int)Math.Max((phase.UntilMs - nowMs + 999) / 1_000, 1) : 1;
    }

    /// <summary>Lets a request through to an upstream, on its worker's loop, or fails it. What is sent there again was let through before.</summary>
    internal static bool TryEnter(Exchange exchange, UpstreamState upstream)
    {
        CircuitBreaker? circuit = upstream.Circuit;
        if (ReferenceEquals(circuit, exchange.Circuit))
        {
            return true;
        }

        // It goes on at another upstream because it got nothing from this one.
        exchange.Circuit?.Count(exchange, isFailed: true);
        exchange.Circuit = circuit;
        if (circuit is null)
        {
            return true;
        }

        CircuitPhase phase = circuit._phase;
        bool isLetThrough = phase.State == CircuitState.Closed || circuit.Draws(phase, exchange.Worker.Loop.NowMs, exchange.Worker.Random);
        exchange.CircuitPhase = isLetThrough ? phase.Number : 0;
        if (!isLetThrough)
        {
            exchange.Fail(ProxyErrorCode.CircuitOpen);
        }

        return isLetThrough;
    }

    /// <summary>Takes note of how a request ended, or that the head of its response is there, on its worker's loop.</summary>
    internal void Record(Exchange exchange)
    {
        if (!exchange.HasFailed || ServerFaults.Contains(exchange.Error))
        {
            Count(exchange, exchange.HasFailed || _statuses.Contains(exchange.Response.Status));
        }
    }

    /// <summary>Takes note that the server broke off a response whose head was recorded: the request has failed after all.</summary>
    internal void RecordBroken(Exchange exchange)
    {
        // A status that is a failure by itself was one with the head.
        if (exchange.CircuitPhase == _phase.Number && !_statuses.Contains(exchange.Response.Status))
        {
            _windows[exchange.Worker.Index].Break(exchange.CircuitPhase, exchange.CircuitMs, exchange.Worker.Loop.NowMs);
        }
    }

    /// <summary>Takes note of how a request ended.</summary>
    internal void Add(int workerIndex, int phase, long nowMs, bool isFailed, bool isSlow) => _windows[workerIndex].Add(phase, nowMs, isFailed, isSlow);

    /// <summary>Whether a request gets through while the upstream is about to recover: a share of them that grows with time. None while it is open.</summary>
    internal bool Draws(CircuitPhase phase, long nowMs, Random random)
    {
        if (phase.State != CircuitState.HalfOpen)
        {
            return phase.State == CircuitState.Closed;
        }

        double share = Math.Max((double)(nowMs - phase.SinceMs) / Plan.RampMs, ShareMin);
#pragma warning disable CA5394 // Who gets through is no secret.
        return random.NextDouble() < share;
#pragma warning restore CA5394
    }

    /// <summary>Changes the state if it is time; for one thread.</summary>
    /// <param name="nowMs">Loop time.</param>
    /// <returns>When to look again, in loop time.</returns>
    internal long Evaluate(long nowMs)
    {
        CircuitPhase phase = _phase;
        switch (phase.State)
        {
            case CircuitState.Closed when Judge(phase, nowMs, Plan.RequestsMin) is { } reason:
                Open(phase, nowMs, reason);
                break;
            case CircuitState.Open when nowMs >= phase.UntilMs:
                Change(phase with { State = CircuitState.HalfOpen, UntilMs = nowMs + Plan.RampMs, Reason = "its time is over" }, nowMs);
                _report($"the circuit lets requests through again, all of them in {Plan.RampMs / 1000d:0.#} s");
                break;

            // There are less requests than usual, and those that come decide.
            case CircuitState.HalfOpen when Judge(phase, nowMs, nowMs >= phase.UntilMs ? 1 : Math.Max(Plan.RequestsMin / 4, 1)) is { } reason:
                Open(phase, nowMs, reason);
                break;
            case CircuitState.HalfOpen when nowMs >= phase.UntilMs:
                Change(phase with { State = CircuitState.Closed, UntilMs = long.MaxValue, Openings = 0, Reason = "requests go well again" }, nowMs);
                _report("the circuit is closed: requests go well again");
                break;
            default:
                break;
        }

        return nowMs + TickMs;
    }

    // One that began before the last change says nothing about what has come of it.
    private void Count(Exchange exchange, bool isFailed)
    {
        if (exchange.CircuitPhase == _phase.Number)
        {
            exchange.CircuitMs = exchange.Worker.Loop.NowMs;
            Add(exchange.Worker.Index, exchange.CircuitPhase, exchange.Worker.Loop.NowMs, isFailed, IsSlow(exchange));
        }
    }

    private void Open(CircuitPhase phase, long nowMs, string reason)
    {
        int openings = phase.Openings + 1;
        long forMs = Math.Min((long)Plan.OpenForMs << Math.Min(openings - 1, 20), Math.Max(Plan.OpenForMaxMs, Plan.OpenForMs));
        Interlocked.Increment(ref _opened);
        Change(phase with { State = CircuitState.Open, UntilMs = nowMs + forMs, Openings = openings, Reason = reason }, nowMs);
        _report($"the circuit is open for {forMs / 1000d:0.#} s: {reason}");
    }

    private void Change(CircuitPhase to, long nowMs)
    {
        Debug.Assert(to.State != _phase.State, "A phase ends with its state.");
        _phase = to with { Number = _phase.Number + 1, SinceMs = nowMs, At = DateTimeOffset.UtcNow };
    }

    // Why the upstream should get no requests; null when nothing speaks against it.
    private string? Judge(CircuitPhase phase, long nowMs, int requestsMin)
    {
        CircuitTotals totals = default;
        foreach (CircuitWindow window in _windows)
        {
            totals += window.Sum(phase.Number, nowMs);
        }

        if (totals.Requests < requestsMin)
        {
            return null;
        }

        if (totals.Failed * 100 >= totals.Requests * Plan.ErrorPercent)
        {
            return $"{100d * totals.Failed / totals.Requests:0.#} % of {totals.Requests} requests failed";
        }

        // The quantile is above the bound when more requests are than lie beyond the quantile.
        return Plan.Latency is { } latency && totals.Slow >= SlowMin && totals.Slow * 10_000 > totals.Requests * (10_000 - latency.QuantileHundredths)
            ? $"{totals.Slow} of {totals.Requests} requests took longer than {latency.AboveMs / 1000d:0.###} s"
            : null;
    }

    // What has failed for the time it took was slow, however long it may have.
    private bool IsSlow(Exchange exchange)
    {
        if (Plan.Latency is not { } latency)
        {
            return false;
        }

        return exchange.HasFailed
            ? ProxyErrors.Get(exchange.Error).Status == 504
            : AttemptRecord.MicrosecondsOf(exchange) > latency.AboveMs * 1_000L;
    }
}
