namespace Sluice.Reactor.Sockets;

/// <summary>Hears of a socket's events that no pending receive takes: data out of turn, the peer's close, an error.</summary>
public interface ISocketObserver
{
    /// <summary>Called on the loop. May close the socket.</summary>
    void OnUnexpectedEvent(StreamSocket socket);
}
