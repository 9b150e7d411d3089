using Sluice.Proxy.Pipeline;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>A TLS handshake with a server, which ends early when its time is up or the client goes away. Reused for one after another.</summary>
internal sealed class PendingHandshake : ICancelableWait, ITimerTarget
{
    private readonly LoopTimer _timer;
    private StreamSocket? _socket;

    public PendingHandshake(EventLoop loop) => _timer = loop.Timers.Create(this);

    /// <summary>Starts its time.</summary>
    public void Begin(StreamSocket socket, int timeoutMs)
    {
        _socket = socket;
        _timer.Set(timeoutMs);
    }

    /// <summary>Ends it.</summary>
    public void End()
    {
        _timer.Stop();
        _socket = null;
    }

    /// <inheritdoc/>
    public void CancelWait() => End(IoResult.Canceled);

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => End(IoResult.TimedOut);

    // The handshake waits for one of both; its continuation may end this at once.
    private void End(IoResult result)
    {
        StreamSocket? socket = _socket;
        socket?.CancelReceive(result);
        socket?.CancelSend(result);
    }
}
