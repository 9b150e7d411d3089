namespace Sluice.Proxy.Plans.Tls;

/// <summary>TLS with the clients of a listener.</summary>
public sealed record TlsPlan
{
    /// <summary>Certificates from files. The first is served to clients whose SNI fits none, unless <see cref="StrictSni"/>.</summary>
    public PlanList<CertificatePlan> Certificates { get; init; } = [];

    /// <summary>Whether certificates that are obtained while the program runs are served too, and a certificate is obtained on demand where that is configured.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Whether a handshake for a name without a certificate is refused.</summary>
    public bool StrictSni { get; init; }

    /// <summary>Versions, ciphers and groups.</summary>
    public TlsProtocolPlan Protocol { get; init; } = new();

    /// <summary>The certificates that clients show; empty means that none is asked for.</summary>
    public PlanList<ClientCertificatePlan> ClientCertificates { get; init; } = [];

    /// <summary>Whether sessions can be resumed (RFC 8446, section 2.2; RFC 5077).</summary>
    public bool Resumption { get; init; } = true;

    /// <summary>Keys of session tickets from files: the first encrypts, all decrypt. Empty means keys of the program's own, which rotate.</summary>
    public PlanList<TicketKeyPlan> TicketKeys { get; init; } = [];

    /// <summary>How long a session can be resumed, in milliseconds; also how often keys of the program's own rotate. At most 7 days (RFC 8446, section 4.6.1).</summary>
    public int SessionLifetimeMs { get; init; } = 12 * 3_600_000;

    /// <summary>How long a handshake may take, in milliseconds.</summary>
    public int HandshakeTimeoutMs { get; init; } = 10_000;

    /// <summary>Bytes of early data (RFC 8446, section 2.3) that are accepted; 0 while no route allows any.</summary>
    public int EarlyDataBytesMax { get; init; }

    /// <summary>Whether responses of the responder that a certificate names are stapled (RFC 6066, section 8).</summary>
    public bool Stapling { get; init; } = true;
}
