using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>A request that waits for a connection while all that are allowed are in use. Reused.</summary>
internal sealed class PoolWaiter : ICancelableWait, ITimerTarget
{
    private readonly LoopCompletion<Http1UpstreamConnection?> _completion = new();
    private readonly UpstreamPool _pool;
    private readonly LoopTimer _timer;
    private Exchange? _exchange;

    public PoolWaiter(UpstreamPool pool)
    {
        _pool = pool;
        _timer = pool.Worker.Loop.Timers.Create(this);
    }

    /// <summary>The neighbours in the pool's queue.</summary>
    public PoolWaiter? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public PoolWaiter? Previous { get; set; }

    /// <summary>Begins for an exchange.</summary>
    public void Begin(Exchange exchange) => _exchange = exchange;

    /// <summary>Waits for a connection. Null: a place became free, or the exchange failed.</summary>
    public ValueTask<Http1UpstreamConnection?> WaitAsync(int timeoutMs)
    {
        _timer.Set(timeoutMs);
        return _completion.Begin();
    }

    /// <summary>Ends the wait with a connection, or with the news that one can be made. It is out of the queue by then.</summary>
    public void Complete(Http1UpstreamConnection? connection)
    {
        _timer.Stop();
        _completion.Complete(connection);
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
        _pool.Forget(this);
        Complete(null);
    }
}
