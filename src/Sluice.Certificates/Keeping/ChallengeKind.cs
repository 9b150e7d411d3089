namespace Sluice.Certificates.Keeping;

/// <summary>A way to prove control of a name.</summary>
public enum ChallengeKind
{
    /// <summary><c>http-01</c>: a text at <c>/.well-known/acme-challenge/</c> on port 80 (RFC 8555, section 8.3). Not for wildcards.</summary>
    Http01,

    /// <summary><c>tls-alpn-01</c>: a certificate in a handshake on port 443 (RFC 8737). Not for wildcards.</summary>
    TlsAlpn01,

    /// <summary><c>dns-01</c>: a TXT record (RFC 8555, section 8.4). The only one for wildcards; not for addresses.</summary>
    Dns01,
}
