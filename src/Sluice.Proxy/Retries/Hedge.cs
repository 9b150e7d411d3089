using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Health;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Retries;

/// <summary>A second try of a request whose first one has not been answered for a while, at another server. The first answer is passed on, and the other try broken off.</summary>
/// <remarks>
/// <code>
///          a try begins          the delay is over, and it may be           a good head comes
///   Idle ───────────────▶ Armed ──────────────────────────────────▶ Asking ──────────────────▶ Answered ──▶ Idle
///    ▲                      │ the first try ended                     │ it fails, or the first try was answered
///    └──────────────────────┴─────────────────────────────────────────┘
/// </code>
/// The second try is an exchange of its own, which borrows the request of the first and ends before it; all on one loop. Where it wins, its response and its server's side
/// become those of the first. Whichever try is broken off counts as no failure of its server. Belongs to an exchange, and is reused; made when it is first armed.
/// </remarks>
internal sealed class Hedge(Exchange owner) : ITimerTarget, ICancelableWait
{
    private const int FirstServerError = 500;

    private LoopTimer? _timer;
    private Exchange? _second;
    private UpstreamStream? _won;
    private ValueTask _running;
    private long _armedTimestamp;
    private bool _isBeginning;
    private bool _isAwaited;
    private bool _hasBug;
    private bool _brokeOffFirst;

    /// <summary>What came of it.</summary>
    public HedgeOutcome Outcome { get; private set; }

    /// <summary>A try begins: if it is not answered for a while, there is to be a second.</summary>
    public void Arm(HedgePlan plan)
    {
        Debug.Assert(_second is null, "The last second try has ended.");
        if (!MayBeHedged())
        {
            return;
        }

        int delayMs = plan.QuantileHundredths == 0 ? plan.DelayMs : owner.UpstreamState!.TimesOf(owner.Worker).Milliseconds(plan.QuantileHundredths);
        if (delayMs > 0)
        {
            _armedTimestamp = owner.Worker.Loop.NowTimestamp;
            _timer ??= owner.Worker.Loop.Timers.Create(this);
            _timer.Set(delayMs);
        }
    }

    /// <summary>The first server has said something that goes to the client: then nobody else does.</summary>
    public void GiveUp()
    {
        _timer?.Stop();
        _second?.Cancel(ProxyErrorCode.ClientGone);
    }

    /// <summary>The first try was answered, or has failed and is over. Waits for the second where that may make it good, and breaks it off else.</summary>
    /// <param name="first">The server's side of the first, with the head; null when it has failed, as the exchange says.</param>
    /// <returns>The server's side that goes on, with the head in the exchange; null when both have failed.</returns>
    public ValueTask<UpstreamStream?> EndAsync(UpstreamStream? first)
    {
        _timer?.Stop();
        return _second is null ? new ValueTask<UpstreamStream?>(first) : EndSecondAsync(_second, first);
    }

    /// <summary>Breaks off what there is of a second try, because of a bug in the first: neither is used again.</summary>
    public void Abandon()
    {
        _timer?.Stop();
        if (_second is { } second)
        {
            // It ends by itself, as far as it isn't answered.
            _isAwaited = true;
            second.Cancel(ProxyErrorCode.ClientGone);
            if (_won is { } won)
            {
                Forwarder.Drop(second, won);
            }
        }
    }

    /// <summary>Makes it ready for the next request.</summary>
    public void Reset()
    {
        Debug.Assert(_second is null, "A second try ends with the first.");
        Outcome = HedgeOutcome.None;
    }

    /// <inheritdoc/>
    public void CancelWait() => _second?.Cancel(ProxyErrorCode.ClientGone);

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (owner.HasFailed || !IsAllowed() || !HasWholeContent())
        {
            return;
        }

        Exchange second = owner.Worker.RentExchange();
        second.BecomeTryOf(owner);
        UpstreamState upstream = owner.UpstreamState!;
        if (upstream.Pick(second) is { } member && !ReferenceEquals(member, owner.Member) && owner.Retry.TryTakeBudget(upstream))
        {
            second.Member = member;
            Begin(second);
        }
        else
        {
            second.GiveBackRequest();
            owner.Worker.ReturnExchange(second);
        }
    }

    // What is known before the request is sent.
    private bool MayBeHedged() =>
        !owner.IsMirror
        && owner.CheckRequest is null
        && !owner.Request.HasUpgrade
        && !owner.Request.IsExtendedConnect
        && (owner.Retry.Plan.NonIdempotent || owner.Request.Method.IsIdempotent())
        && owner.UpstreamState!.Candidates.Members.Length > 1
        && !IsBound();

    // A request of a session has its own server, and no other knows it.
    private bool IsBound() => owner.UpstreamState!.Plan.Session is not null && owner.SessionCookie is null;

    private bool IsAllowed() =>
        owner.InterimCount == 0
        && owner.Retry.Count < owner.Retry.Plan.AttemptsMax
        && owner.UpstreamState!.Circuit is null or { Phase.State: CircuitState.Closed }
        && !(owner.UpstreamState!.Concurrency is { } concurrency && concurrency.InFlight >= concurrency.Limit);

    // Content that came with the head can be sent twice; what comes later goes to one server.
    private bool HasWholeContent()
    {
        BodySlice content = owner.Retry.HasKept || owner.Pump.HasStarted ? default : RequestPump.TakeFirst(owner);
        return owner.RequestCompleted && !owner.Retry.HasKept && !owner.Pump.HasStarted && content.Error == ProxyErrorCode.None;
    }

    private void Begin(Exchange second)
    {
        RetryState retry = owner.Retry;
        retry.Count++;
        owner.Attempts++;
        owner.UpstreamState!.Health.Retries.Count(RetryReason.Hedge);
        second.FirstSlice = owner.FirstSlice;
        second.RequestTrailers = owner.RequestTrailers;
        second.Retry.BeginHedge(retry);
        _second = second;
        _isBeginning = true;
        _running = RunAsync(second);
        _isBeginning = false;
        if (_won is not null)
        {
            BreakOffFirst();
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask RunAsync(Exchange second)
    {
        try
        {
            UpstreamStream? stream = await Forwarder.AskAsync(second);
            second.Retry.EndTry();
            if (stream is not null && !IsGood(second.Response.Status))
            {
                // The first may do better; if it fails, too, there is nothing to lose by another try.
                ResponseEnd.OfAttempt(second, ProxyErrorCode.None);
                Forwarder.Drop(second, stream);
                stream = null;
            }

            _won = stream;
        }
        catch (Exception exception)
        {
            // Nothing that a peer does throws: this is a bug, reported and survived.
            _hasBug = true;
            second.Worker.OnBug(exception);
            Abandon(second);
        }

        if (_won is not null && !_isBeginning && !_isAwaited)
        {
            BreakOffFirst();
        }
    }

    // What a bug leaves behind is in no known state, and is not used again.
    private static void Abandon(Exchange second)
    {
        if (second.Upstream is { } upstream)
        {
            Forwarder.Drop(second, upstream);
        }

        second.ServerPass.Leave();
    }

    // What it waits for ends, inline; what is recorded for that is forgotten when it comes to EndAsync.
    private void BreakOffFirst()
    {
        if (!owner.HasFailed)
        {
            _brokeOffFirst = true;
            owner.Cancel(ProxyErrorCode.ClientGone);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<UpstreamStream?> EndSecondAsync(Exchange second, UpstreamStream? first)
    {
        owner.Retry.EndTry();
        if (_brokeOffFirst)
        {
            Debug.Assert(first is null, "A try that was broken off has no answer.");
            owner.ForgetError();
            NoteTime();
        }

        (ProxyErrorCode error, Violation violation) = (owner.Error, owner.Violation);
        _isAwaited = true;
        if (_won is null && MayMakeGood(first))
        {
            owner.ForgetError();
            owner.Waiting = this;
            await _running;
            owner.Waiting = null;
        }
        else
        {
            // Answered, or nobody is there to be answered.
            if (_won is null)
            {
                second.Cancel(ProxyErrorCode.ClientGone);
            }

            await _running;
            FailAgain(error, violation);
        }

        UpstreamStream? answer = Choose(second, first);
        if (answer is null)
        {
            FailAgain(error, violation);
        }

        End(second);
        return answer;
    }

    private void FailAgain(ProxyErrorCode error, Violation violation)
    {
        if (error != ProxyErrorCode.None)
        {
            owner.Fail(error, violation);
        }
    }

    // Whether it is worth waiting for: the first has failed by itself, or its answer is one that a retry would be for.
    private bool MayMakeGood(UpstreamStream? first) => first is not null
        ? owner.Retry.Plan.On.HasStatus(owner.Response.Status) && owner.InterimCount == 0
        : owner.Error == ProxyErrorCode.None
            || (ProxyErrors.Get(owner.Error).Side == ErrorSide.Upstream && owner.Error is not (ProxyErrorCode.RequestTimeout or ProxyErrorCode.GrpcDeadlineExceeded));

    private UpstreamStream? Choose(Exchange second, UpstreamStream? first)
    {
        UpstreamStream? won = _won;
        _won = null;
        if (won is null || owner.HasFailed)
        {
            // The client may have gone while the second was waited for.
            Outcome = HedgeOutcome.Lost;
            if (won is not null)
            {
                Forwarder.Drop(second, won);
            }

            if (first is not null && owner.HasFailed)
            {
                Forwarder.Drop(owner, first);
                first = null;
            }

            return first;
        }

        if (first is not null)
        {
            ResponseEnd.OfAttempt(owner, ProxyErrorCode.None);
            Forwarder.Drop(owner, first);
        }

        Outcome = HedgeOutcome.Won;
        owner.UpstreamState!.Health.Retries.CountHedgeWon();
        owner.GoOnWith(second, won);
        return won;
    }

    // It would have taken longer still: without this a server that hangs would seem to have no times at all.
    private void NoteTime()
    {
        double elapsedMs = Stopwatch.GetElapsedTime(_armedTimestamp, owner.Worker.Loop.NowTimestamp).TotalMilliseconds;
        owner.UpstreamState!.OnResponse(owner.Member!.Server, elapsedMs, owner.Worker);
    }

    private void End(Exchange second)
    {
        if (second.HasFailed && ServerFaults.Contains(second.Error))
        {
            owner.FailedServers |= second.Member!.Bit;
        }

        second.Retry.EndHedge();
        second.GiveBackRequest();
        if (!_hasBug)
        {
            owner.Worker.ReturnExchange(second);
        }

        _running = default;
        _second = null;
        _isAwaited = false;
        _hasBug = false;
        _brokeOffFirst = false;
    }

    private bool IsGood(int status) => status < FirstServerError && !owner.Retry.Plan.On.HasStatus(status);
}
