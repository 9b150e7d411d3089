using Sluice.Proxy.Clients;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Workers;

/// <summary>One worker's end of a listener.</summary>
internal sealed class WorkerListener : IAcceptor
{
    private readonly Worker _worker;
    private readonly Listener _listener;

    /// <summary>Starts accepting; called on the worker's loop.</summary>
    public WorkerListener(Worker worker, ListenerState state)
    {
        _worker = worker;
        State = state;
        _listener = new Listener(worker.Loop, state.SocketOf(worker.Index), state.Id, this);
    }

    /// <summary>What is listened on.</summary>
    public ListenerState State { get; }

    /// <summary>Takes in what the kernel has queued, and stops accepting.</summary>
    public void Close()
    {
        _listener.AcceptQueued();
        _listener.Close();
    }

    /// <inheritdoc/>
    void IAcceptor.OnAccepted(Listener listener, StreamSocket socket, PeerAddress peer) => _worker.Accept(State, socket, peer);

    /// <inheritdoc/>
    void IAcceptor.OnAcceptPaused(Listener listener, int error) => _worker.ReportAcceptPaused(State, error);
}
