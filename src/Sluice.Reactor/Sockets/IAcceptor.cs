namespace Sluice.Reactor.Sockets;

/// <summary>Takes the connections of a <see cref="Listener"/>.</summary>
public interface IAcceptor
{
    /// <summary>Called on the loop with a fresh connection, which the acceptor owns from now on.</summary>
    void OnAccepted(Listener listener, StreamSocket socket, PeerAddress peer);

    /// <summary>Called on the loop when accepting paused because the process or the system ran out of descriptors or memory.</summary>
    void OnAcceptPaused(Listener listener, int error);
}
