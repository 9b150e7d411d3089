using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>A request that waits for a connection while all that are allowed are in use, or for one that is being made. Reused.</summary>
internal sealed class PoolWaiter : ICancelableWait, ITimerTarget
{
    private readonly LoopCompletion<UpstreamStream?> _completion = new();
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

    /// <summary>Whether it waits for an HTTP/2 connection that another request is making: if that fails, it fails for the same reason.</summary>
    public bool WaitsForConnect { get; private set; }

    /// <summary>Begins for an exchange.</summary>
    public void Begin(Exchange exchange, bool waitsForConnect)
    {
        _exchange = exchange;
        WaitsForConnect = waitsForConnect;
    }

    /// <summary>Waits for a connection, or a stream on one. Null: a place became free, or the exchange failed.</summary>
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

    /// <summary>Ends the wait because nothing can be connected to. It is out of the queue by then.</summary>
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
        _pool.Forget(this);
        Complete(null);
    }
}
