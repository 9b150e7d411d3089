namespace Sluice.Reactor.Tls;

/// <summary>How far a server's connection is with early data.</summary>
internal enum EarlyDataPhase
{
    /// <summary>There is none, or it has been read.</summary>
    None,

    /// <summary>The client may send some: the handshake begins with looking for it.</summary>
    Handshake,

    /// <summary>It is being read; the handshake isn't complete.</summary>
    Reading,
}
