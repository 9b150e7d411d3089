namespace Sluice.Proxy.Plans.Tls;

/// <summary>TLS with the servers of an upstream. Connections are pooled by the whole of it.</summary>
public sealed record UpstreamTlsPlan
{
    /// <summary>The authorities that the servers' certificates come from.</summary>
    public TrustPlan Trust { get; init; } = new();

    /// <summary>The name that is sent as SNI and has to be in the certificate; null means the host of the server's URL.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether any certificate is taken. Whoever can reach the network between can then read and change everything.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>What is shown to servers that ask for a certificate; null for nothing.</summary>
    public CertificatePlan? ClientCertificate { get; init; }

    /// <summary>Versions, ciphers and groups.</summary>
    public TlsProtocolPlan Protocol { get; init; } = new();

    /// <summary>Whether sessions are resumed.</summary>
    public bool Resumption { get; init; } = true;
}
