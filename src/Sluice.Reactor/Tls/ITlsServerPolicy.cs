namespace Sluice.Reactor.Tls;

/// <summary>Chooses what clients are shown. Called within handshakes, on the loop of each connection; must not throw or block.</summary>
public interface ITlsServerPolicy
{
    /// <summary>Chooses by what the client asks for.</summary>
    TlsChoice Choose(in ClientHello hello);
}
