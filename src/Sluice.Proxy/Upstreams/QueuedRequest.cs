using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>A request that waits in a queue: for a connection while all that are allowed are in use, for one that is being made, or for its turn at a gate. Reused.</summary>
internal sealed class QueuedRequest : ICancelableWait, ITimerTarget
{
    private readonly LoopCompletion<UpstreamStream?> _completion = new();
    private readonly RequestQueue _queue;
    private readonly LoopTimer _timer;
    private Exchange? _exchange;

    public QueuedRequest(RequestQueue queue)
    {
        _queue = queue;
        _timer = queue.Worker.Loop.Timers.Create(this);
    }

    /// <summary>The neighbours in the queue.</summary>
    public QueuedRequest? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public QueuedRequest? Previous { get; set; }

    /// <summary>How much its request matters: it goes before those that matter less.</summary>
    public PriorityClass Priority { get; private set; }

    /// <summary>Whether it waits for an HTTP/2 connection that another request is making: if that fails, it fails for the same reason.</summary>
    public bool WaitsForConnect { get; private set; }

    /// <summary>Whether a gate has let it through.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>How much a request matters; the copy of one, or a check, as much as what nothing is said about.</summary>
    public static PriorityClass PriorityOf(Exchange exchange) => exchange.Route?.Plan.PriorityClass ?? PriorityClass.Normal;

    /// <summary>Begins for an exchange.</summary>
    public void Begin(Exchange exchange, bool waitsForConnect)
    {
        _exchange = exchange;
        Priority = PriorityOf(exchange);
        WaitsForConnect = waitsForConnect;
        IsAdmitted = false;
    }

    /// <summary>Waits for a connection, a stream on one, or its turn. Null: a place became free, or the exchange failed.</summary>
    public ValueTask<UpstreamStream?> WaitAsync(int timeoutMs)
    {
        _timer.Set(timeoutMs);
        return _completion.Begin();
    }

    /// <summary>Ends the wait with the server's side, or with the news that it is worth another try. It is out of the queue by then.</summary>
    public void Complete(UpstreamStream? stream)
    {
        _timer.Stop();
        _completion.Complete(stream);
    }

    /// <summary>Ends the wait because there is nothing to wait for any more. It is out of the queue by then.</summary>
    public void Fail(ProxyErrorCode error)
    {
        _exchange!.Fail(error);
        Complete(null);
    }

    /// <inheritdoc/>
    public void CancelWait()
    {
        if (_completion.IsPending)
        {
            GiveUp();
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        _exchange!.Fail(ProxyErrorCode.QueueTimeout);
        GiveUp();
    }

    private void GiveUp()
    {
        _queue.Forget(this);
        Complete(null);
    }
}
