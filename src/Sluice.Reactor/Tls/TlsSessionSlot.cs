using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>The session that the next connection to a server may resume; of one loop. A session of TLS 1.3 is offered once (RFC 8446, appendix C.4).</summary>
public sealed class TlsSessionSlot
{
    private nint _session;

    /// <summary>Gives the session back.</summary>
    ~TlsSessionSlot() => LibSsl.SessionFree(_session);

    /// <summary>Keeps a session in place of the one before. The reference is the slot's from now on.</summary>
    internal void Keep(nint session)
    {
        LibSsl.SessionFree(_session);
        _session = session;
    }

    /// <summary>Has a connection offer the session, if there is one.</summary>
    internal void Offer(nint ssl)
    {
        if (_session != 0)
        {
            _ = LibSsl.SetSession(ssl, _session);
            LibSsl.SessionFree(_session);
            _session = 0;
        }
    }
}
