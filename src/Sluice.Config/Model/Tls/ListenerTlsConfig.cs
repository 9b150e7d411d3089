using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Tls;

/// <summary>TLS with the clients of a listener.</summary>
public sealed record ListenerTlsConfig
{
    /// <summary>Whether certificates are obtained automatically.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Certificates from files.</summary>
    public IReadOnlyList<CertificateConfig> Certificates { get; init; } = [];

    /// <summary>Versions, ciphers and groups.</summary>
    public TlsProtocolConfig Protocol { get; init; } = new();

    /// <summary>Whether names without a certificate are refused.</summary>
    public bool StrictSni { get; init; }

    /// <summary>The certificates that clients show.</summary>
    public IReadOnlyList<ClientCertificateConfig> ClientCertificates { get; init; } = [];

    /// <summary>Whether sessions can be resumed.</summary>
    public bool Resumption { get; init; } = true;

    /// <summary>Keys of session tickets; empty means keys of the program's own.</summary>
    public IReadOnlyList<TicketKeyConfig> TicketKeys { get; init; } = [];

    /// <summary>How long a session can be resumed; null leaves it to the plan.</summary>
    public int? SessionLifetimeMs { get; init; }

    /// <summary>How long a handshake may take; null leaves it to the plan.</summary>
    public int? HandshakeTimeoutMs { get; init; }

    /// <summary>Whether responses of OCSP responders are stapled.</summary>
    public bool Stapling { get; init; } = true;

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
