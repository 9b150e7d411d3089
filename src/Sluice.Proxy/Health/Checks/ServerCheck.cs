using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;
using Sluice.Reactor;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Health.Checks;

/// <summary>Checks one server again and again, on the loop of one worker, and says when it is up or down.</summary>
/// <remarks>
/// <code>
///             due              ended, timed out
///  Waiting ────────▶ Checking ──────────────────▶ Waiting          either ── Stop ──▶ gone
/// </code>
/// What is said of the server is kept by <see cref="ServerHealth"/>, so that a check with other settings goes on from there.
/// </remarks>
internal sealed class ServerCheck : ITimerTarget
{
    private readonly Worker _worker;
    private readonly ServerState _server;
    private readonly ProbeTarget _target;
    private readonly Probe _probe;
    private readonly CheckProgress _progress;
    private readonly LoopTimer _timer;
    private Exchange? _exchange;
    private long _startTimestamp;
    private long _startMs;
    private bool _isTimedOut;
    private bool _isStopped;

    /// <summary>Begins to check; the first time after a delay that is drawn.</summary>
    public ServerCheck(Worker worker, ServerState server, UpstreamChecks checks)
    {
        _worker = worker;
        _server = server;
        Plan = checks.Plan;
        _target = new ProbeTarget(worker, server, checks);
        _probe = checks.ProbeOf(worker, server, _target);
        _progress = new CheckProgress(checks.Plan, server.Health.Checks, server.Checks.AwaitsFirst);
        _timer = worker.Loop.Timers.Create(this);
        _timer.Set(_progress.FirstDelayMs(Draw()));
    }

    /// <summary>What the configuration says.</summary>
    public HealthCheckPlan Plan { get; }

    private bool IsInMaintenance => _server.Health.Administrative == AdministrativeState.Maintenance;

    /// <summary>Ends it, wherever it is. What was said of the server stays.</summary>
    public void Stop()
    {
        Debug.Assert(!_isStopped, "It is stopped once.");
        _isStopped = true;
        _timer.Remove();
        if (_exchange is { } running)
        {
            running.Cancel(ProxyErrorCode.ClientGone);
        }
        else
        {
            _target.Retire();
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (_exchange is { } running)
        {
            _isTimedOut = true;
            running.Cancel(ProxyErrorCode.FirstByteTimeout);
        }
        else if (IsInMaintenance)
        {
            _progress.Pause();
            WaitForNext(elapsedMs: 0);
        }
        else
        {
            Begin();
        }
    }

    private void Begin()
    {
        _isTimedOut = false;
        _startTimestamp = Stopwatch.GetTimestamp();
        _startMs = LoopClock.NowMs;
        _exchange = _worker.RentExchange();
        _exchange.Snapshot = _worker.Snapshot;
        _exchange.Limits = _worker.Limits;
        _target.Refresh();
        _timer.Set(Plan.TimeoutMs);
        _ = RunAsync(_exchange);
    }

    [AsyncMethodBuilder(typeof(DetachedMethodBuilder))]
    private async ValueTask RunAsync(Exchange exchange)
    {
        CheckResult result;
        try
        {
            result = await _probe.RunAsync(exchange);
            _worker.ReturnExchange(exchange);
        }
        catch (Exception exception)
        {
            // Nothing that a server does throws: this is a bug, reported and survived. The exchange is in no known state, and is not used again.
            _worker.OnBug(exception);
            exchange.Upstream?.Close();
            _probe.Abandon();
            result = CheckResult.Failed("a bug of the proxy's own");
        }

        End(result);
    }

    private void End(CheckResult result)
    {
        _exchange = null;
        _timer.Stop();
        if (_isStopped)
        {
            _target.Retire();
            return;
        }

        double elapsedMs = Stopwatch.GetElapsedTime(_startTimestamp).TotalMilliseconds;
        if (IsInMaintenance)
        {
            _progress.Pause();
        }
        else
        {
            Record(_isTimedOut && !result.HasPassed ? CheckResult.Failed($"no answer within {DurationOf(Plan.TimeoutMs)}") : result, elapsedMs);
        }

        WaitForNext(elapsedMs);
    }

    private void Record(CheckResult result, double elapsedMs)
    {
        bool hasChanged = _progress.Add(result.HasPassed);
        _server.Checks.Add(new CheckReport(result.HasPassed, result.Text, DateTimeOffset.UtcNow, elapsedMs, _progress.InARow));
        if (hasChanged)
        {
            _server.Health.Set(_progress.Verdict, $"health check: {result.Text}");
        }

        OutlierState outlier = _server.Outlier;
        if (outlier.Testimony.Add(outlier.Current, result.HasPassed, _startMs, Plan.Rise))
        {
            _worker.Watch.Wake();
        }
    }

    private void WaitForNext(double elapsedMs) => _timer.Set(_progress.NextDelayMs(elapsedMs, Draw()));

#pragma warning disable CA5394 // When a server is checked is no secret: a fast generator is enough.
    private double Draw() => _worker.Random.NextDouble();
#pragma warning restore CA5394

    private static string DurationOf(int ms) => ms % 1_000 == 0 ? $"{ms / 1_000}s" : $"{ms}ms";
}
