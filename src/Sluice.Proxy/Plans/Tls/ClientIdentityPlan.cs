namespace Sluice.Proxy.Plans.Tls;

/// <summary>What upstreams are told of a client's verified certificate.</summary>
public sealed record ClientIdentityPlan
{
    /// <summary>Whether <c>Client-Cert</c> (RFC 9440) is sent. Copies that clients send are removed in any case.</summary>
    public bool ClientCert { get; init; }

    /// <summary>Whether <c>Client-Cert-Chain</c> (RFC 9440, section 2.3) is sent too.</summary>
    public bool ClientCertChain { get; init; }

    /// <summary>Headers of other names.</summary>
    public PlanList<CertificateHeader> Headers { get; init; } = [];
}
