using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Tls;

/// <summary>TLS with the servers of an upstream.</summary>
public sealed record UpstreamTlsConfig
{
    /// <summary>Where their certificates come from.</summary>
    public TrustConfig Trust { get; init; } = new();

    /// <summary>The name that is sent and has to be in the certificate; null means the host of the URL.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether any certificate is taken.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>Where <see cref="SkipVerify"/> was written, if in a file.</summary>
    public SourceLocation? SkipVerifyLocation { get; init; }

    /// <summary>What is shown to servers that ask for a certificate.</summary>
    public CertificateConfig? ClientCertificate { get; init; }

    /// <summary>Versions, ciphers and groups.</summary>
    public TlsProtocolConfig Protocol { get; init; } = new();

    /// <summary>Whether sessions are resumed.</summary>
    public bool Resumption { get; init; } = true;

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
