using System.Diagnostics;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Failover;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;

namespace Sluice.Proxy.Retries;

/// <summary>What an exchange remembers from one attempt to the next. Belongs to it, and is reused; nothing is made before a request is sent again, or kept for that.</summary>
internal sealed class RetryState(Exchange exchange)
{
    private UpstreamRetries? _budget;
    private BodyReplay? _replay;
    private ExchangeTimer? _tryTimer;
    private ExchangeTimer? _deadline;
    private Hedge? _hedge;
    private bool _isAttached;

    /// <summary>What holds for the upstream in use.</summary>
    public RetryPlan Plan { get; private set; } = RetryPlan.Usual;

    /// <summary>Where it may go on from that; null when nowhere.</summary>
    public FailoverRoute? Failover { get; private set; }

    /// <summary>The upstreams of <see cref="Failover"/> that have had their turn.</summary>
    public int FailoverCount { get; set; }

    /// <summary>The upstream that it went to first, if it is at another one.</summary>
    public UpstreamState? FirstUpstream { get; private set; }

    /// <summary>The upstream that it goes on with; null to stay.</summary>
    public UpstreamState? NextUpstream { get; set; }

    /// <summary>Retries at the upstream in use, without that of a connection that had died.</summary>
    public int Count { get; set; }

    /// <summary>Whether the request can be sent once more as far as the last attempt is concerned.</summary>
    public bool MayRepeat { get; set; }

    /// <summary>Whether another attempt was decided upon.</summary>
    public bool IsDecided { get; set; }

    /// <summary>What is waited before it.</summary>
    public int DelayMs { get; set; }

    /// <summary>Whether the content comes from what was kept of it, up to where that ends.</summary>
    public bool IsReplaying => _replay is { HasMore: true };

    /// <summary>Whether the content that came with the head was kept, too, and is not to be had from anywhere else.</summary>
    public bool HasKept { get; private set; }

    /// <summary>Whether content is being kept.</summary>
    public bool IsRecording { get; private set; }

    /// <summary>Whether all of it has to pass through here: it is kept, or comes from there.</summary>
    public bool KeepsContent => IsReplaying || (IsRecording && _replay!.IsWhole);

    /// <summary>What is kept of the content.</summary>
    public BodyReplay Replay => _replay ??= new BodyReplay(exchange.Worker.Loop);

    /// <summary>The second try beside the one in progress; null where there never was any.</summary>
    public Hedge? Hedge => _hedge;

    /// <summary>Begins with the request's first upstream.</summary>
    public void Begin(UpstreamState upstream)
    {
        Plan = PlanFor(upstream);
        Failover = exchange.IsMirror ? null : exchange.Route?.Failover;
        MayRepeat = true;
        ProxyLimits limits = exchange.Limits;
        if (limits.RequestTimeoutMs > 0 && !exchange.IsMirror)
        {
            long spentMs = LoopClock.MicrosecondsBetween(exchange.StartTimestamp, exchange.Worker.Loop.NowTimestamp) / 1_000;
            _deadline ??= new ExchangeTimer(exchange, ProxyErrorCode.RequestTimeout);
            _deadline.Set((int)Math.Max(limits.RequestTimeoutMs - spentMs, 1));
        }
    }

    /// <summary>Goes on with another upstream.</summary>
    public void MoveTo(UpstreamState upstream)
    {
        FirstUpstream ??= exchange.UpstreamState;
        exchange.UpstreamState!.Health.Retries.CountFailover();
        ReturnBudget();
        exchange.UpstreamState = upstream;
        exchange.Member = null;
        exchange.FailedServers = 0;
        exchange.ReuseFailed = false;
        exchange.RefusedBy = null;
        exchange.SessionCookie = null;
        NextUpstream = null;
        Plan = PlanFor(upstream);
        Count = 0;
    }

    /// <summary>Whether this retry may be, along with the others of the upstream; asked once at each upstream.</summary>
    public bool TryTakeBudget(UpstreamState upstream)
    {
        if (_budget is not null)
        {
            return true;
        }

        UpstreamRetries retries = upstream.Health.Retries;
        if (!retries.TryTake(upstream.Health.Requests.Sum, Plan.BudgetPercent, Plan.BudgetMin))
        {
            return false;
        }

        _budget = retries;
        return true;
    }

    /// <summary>A server begins to answer an attempt.</summary>
    public void OnAttached()
    {
        _budget?.Attach();
        _isAttached = _budget is not null;
    }

    /// <summary>The attempt is over, or was answered.</summary>
    public void OnDetached()
    {
        if (_isAttached)
        {
            _budget!.Detach();
            _isAttached = false;
        }
    }

    /// <summary>Whether the content that was taken from the client so far can be sent once more.</summary>
    /// <param name="hasStarted">Whether more was taken than came with the head.</param>
    public bool CanResend(bool hasStarted) => !hasStarted || _replay is { IsWhole: true };

    /// <summary>Begins to keep the content of a request that may be sent again with it; false when there is no use in it.</summary>
    public bool TryBeginRecording()
    {
        ReplayPlan plan = Plan.Replay;
        bool isWanted = plan.BytesMax > 0
            && (NeedsContent(Plan.On) || (Failover is { } failover && NeedsContent(failover.On)))
            && exchange.Request.ContentLength <= plan.BytesMax
            && !exchange.IsMirror
            && (Plan.NonIdempotent || exchange.Request.Method.IsIdempotent());
        if (!isWanted)
        {
            return false;
        }

        IsRecording = true;
        HasKept = true;
        Replay.Begin(plan);
        return true;
    }

    /// <summary>Ends it: the response is on its way to the client.</summary>
    public void EndRecording() => IsRecording = false;

    /// <summary>Prepares the next attempt: what was kept comes first.</summary>
    public void Rewind()
    {
        _replay?.Rewind();
        IsDecided = false;
        MayRepeat = true;
    }

    /// <summary>Starts the time of an attempt.</summary>
    public void BeginTry()
    {
        StartTryTimer();
        if (Plan.Hedge is { } hedge)
        {
            _hedge ??= new Hedge(exchange);
            _hedge.Arm(hedge);
        }
    }

    /// <summary>Begins as that of a second try, which counts as a part of the budget that the first has taken.</summary>
    public void BeginHedge(RetryState first)
    {
        Plan = first.Plan;
        _budget = first._budget;
        StartTryTimer();
    }

    /// <summary>The second try is over.</summary>
    public void EndHedge()
    {
        _budget = null;
        EndTry();
    }

    /// <summary>Goes on as what was the second try.</summary>
    public void GoOnWith(RetryState second)
    {
        Debug.Assert(!_isAttached, "The first try is over.");
        IsDecided = false;
        _isAttached = second._isAttached;
        second._isAttached = false;
    }

    /// <summary>The attempt was answered, or has failed.</summary>
    public void EndTry() => _tryTimer?.Stop();

    /// <summary>A tunnel has limits of its own.</summary>
    public void EndDeadline() => _deadline?.Stop();

    /// <summary>The exchange has ended.</summary>
    public void End()
    {
        ReturnBudget();
        IsRecording = false;
        HasKept = false;
        _replay?.Release();
        EndTry();
        EndDeadline();
    }

    /// <summary>The exchange is given up in no known state.</summary>
    public void Abandon()
    {
        if (!exchange.Pump.IsRunning)
        {
            End();
            return;
        }

        // What is kept of the content may be on its way to the disk, or from there: it is left to the collector.
        ReturnBudget();
        EndTry();
        EndDeadline();
    }

    /// <summary>Makes it ready for the next request.</summary>
    public void Reset()
    {
        Failover = null;
        FailoverCount = 0;
        FirstUpstream = null;
        NextUpstream = null;
        Count = 0;
        IsDecided = false;
        DelayMs = 0;
        _hedge?.Reset();
    }

    private void StartTryTimer()
    {
        if (Plan.PerTryTimeoutMs > 0 && !exchange.IsMirror)
        {
            _tryTimer ??= new ExchangeTimer(exchange, ProxyErrorCode.TryTimeout);
            _tryTimer.Set(Plan.PerTryTimeoutMs);
        }
    }

    // Where nothing was sent there is nothing to be sent again; and only HTTP/2 has a word for what was refused.
    private bool NeedsContent(RetryTriggers triggers) =>
        triggers.Statuses.Count > 0
        || triggers.Has(RetryConditions.Reset | RetryConditions.Timeout)
        || (triggers.Has(RetryConditions.Refused) && exchange.UpstreamState!.Plan.Http2 != Http2Mode.Off);

    private RetryPlan PlanFor(UpstreamState upstream) => (exchange.IsMirror ? null : exchange.Route?.Plan.Retries) ?? upstream.Plan.Retries;

    private void ReturnBudget()
    {
        _budget?.Return();
        _budget = null;
    }
}
