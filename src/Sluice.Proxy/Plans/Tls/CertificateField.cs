namespace Sluice.Proxy.Plans.Tls;

/// <summary>What of a client's certificate a header tells upstreams.</summary>
public enum CertificateField
{
    /// <summary>The subject's distinguished name (RFC 4514).</summary>
    Subject,

    /// <summary>The issuer's distinguished name (RFC 4514).</summary>
    Issuer,

    /// <summary>The serial number in hexadecimal.</summary>
    Serial,

    /// <summary>The SHA-256 of the certificate in hexadecimal.</summary>
    Fingerprint,

    /// <summary>The common name of the subject.</summary>
    CommonName,

    /// <summary>The DNS names of its subjectAltName, separated by commas.</summary>
    DnsNames,

    /// <summary>The URIs of its subjectAltName, such as a SPIFFE ID, separated by commas.</summary>
    Uris,

    /// <summary>When it ends to be valid (RFC 3339).</summary>
    NotAfter,

    /// <summary>The certificate in PEM, percent-encoded.</summary>
    Pem,
}
