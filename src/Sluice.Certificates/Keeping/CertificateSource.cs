namespace Sluice.Certificates.Keeping;

/// <summary>Why a certificate is kept.</summary>
public enum CertificateSource
{
    /// <summary>The plan names it.</summary>
    Automatic,

    /// <summary>A handshake asked for it, and the ask URL allowed it.</summary>
    OnDemand,
}
