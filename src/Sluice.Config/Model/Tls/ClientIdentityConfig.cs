using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Model.Tls;

/// <summary>What servers are told of a client's certificate.</summary>
public sealed record ClientIdentityConfig
{
    /// <summary>Whether <c>Client-Cert</c> (RFC 9440) is sent; null: nothing said.</summary>
    public bool? ClientCert { get; init; }

    /// <summary>Whether <c>Client-Cert-Chain</c> is sent, which <c>Client-Cert</c> goes with (RFC 9440, section 2.3).</summary>
    public bool Chain { get; init; }

    /// <summary>Headers of other names.</summary>
    public IReadOnlyList<CertificateHeader> Headers { get; init; } = [];

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>What it comes to.</summary>
    internal ClientIdentityPlan Compile() => new() { ClientCert = ClientCert ?? Chain, ClientCertChain = Chain, Headers = [.. Headers] };
}
