namespace Sluice.Reactor.Tls;

/// <summary>What becomes of a handshake once the client has said what it wants.</summary>
public enum TlsChoiceKind
{
    /// <summary>It goes on.</summary>
    Serve,

    /// <summary>It waits until <see cref="Sockets.StreamSocket.HandshakeAsync"/> is called again, which asks again.</summary>
    Wait,

    /// <summary>It ends with the alert <c>unrecognized_name</c>.</summary>
    Refuse,
}
