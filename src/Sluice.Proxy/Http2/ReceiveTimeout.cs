using Sluice.Reactor.Sockets;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Http2;

/// <summary>Ends a socket's receive when its time is up.</summary>
internal sealed class ReceiveTimeout(StreamSocket socket) : ITimerTarget
{
    /// <inheritdoc/>
    public void OnTimer(LoopTimer timer) => socket.CancelReceive(IoResult.TimedOut);
}
