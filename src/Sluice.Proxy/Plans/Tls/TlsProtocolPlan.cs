namespace Sluice.Proxy.Plans.Tls;

/// <summary>Which TLS is spoken, on either side. Lists are in OpenSSL's words and checked by OpenSSL.</summary>
public sealed record TlsProtocolPlan
{
    /// <summary>
    /// Ciphers of TLS 1.2 with forward secrecy and authenticated encryption only: the intermediate profile of RFC 9325, section 4.2, AES first, where both
    /// sides have instructions for it.
    /// </summary>
    public const string DefaultCiphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
        + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

    /// <summary>The cipher suites of TLS 1.3 (RFC 8446, appendix B.4).</summary>
    public const string DefaultCipherSuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

    /// <summary>Groups for the key exchange, the cheapest first.</summary>
    public const string DefaultGroups = "X25519:P-256:P-384";

    /// <summary>The oldest version.</summary>
    public TlsVersion MinVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>The newest version.</summary>
    public TlsVersion MaxVersion { get; init; } = TlsVersion.Tls13;

    /// <summary>The ciphers of TLS 1.2, separated by colons.</summary>
    public string Ciphers { get; init; } = DefaultCiphers;

    /// <summary>The cipher suites of TLS 1.3, separated by colons.</summary>
    public string CipherSuites { get; init; } = DefaultCipherSuites;

    /// <summary>Groups for the key exchange, separated by colons.</summary>
    public string Groups { get; init; } = DefaultGroups;

    /// <summary>
    /// Whether this side's order of ciphers decides, and not the client's; of the latter, only that it puts ChaCha20 first, as those without instructions for
    /// AES do, is followed then.
    /// </summary>
    public bool PrefersOwnOrder { get; init; } = true;
}
