namespace Sluice.Proxy.Plans.Tls;

/// <summary>Whether clients show a certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary>They may; one that doesn't verify ends the handshake.</summary>
    Optional,

    /// <summary>They have to.</summary>
    Required,
}
