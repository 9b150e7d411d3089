using Sluice.Proxy.Pipeline;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Upstreams;

/// <summary>A connection being made, which ends early when the client goes away.</summary>
internal sealed class PendingConnect : ICancelableWait
{
    public PendingConnect(EventLoop loop) => Connector = new Connector(loop);

    /// <summary>Makes the connection.</summary>
    public Connector Connector { get; }

    /// <inheritdoc/>
    public void CancelWait() => Connector.Cancel();
}
