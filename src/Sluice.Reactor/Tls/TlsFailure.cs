namespace Sluice.Reactor.Tls;

/// <summary>Why TLS with a peer came to an end.</summary>
public enum TlsFailure
{
    /// <summary>It didn't, or the connection ended for a reason below TLS.</summary>
    None,

    /// <summary>What came is not TLS, or breaks its rules.</summary>
    Malformed,

    /// <summary>The peer speaks plain HTTP.</summary>
    PlainHttp,

    /// <summary>Both sides have no version of TLS in common.</summary>
    NoCommonVersion,

    /// <summary>Both sides have no cipher, group or signature algorithm in common.</summary>
    NoCommonCipher,

    /// <summary>Both sides have no application protocol in common (RFC 7301).</summary>
    NoCommonProtocol,

    /// <summary>There is no certificate for the name that the client asks for.</summary>
    UnknownName,

    /// <summary>A certificate was required, and none shown.</summary>
    CertificateMissing,

    /// <summary>The peer's certificate doesn't verify, for another reason than the next three; <see cref="TlsState.FailureText"/> says why.</summary>
    CertificateInvalid,

    /// <summary>A certificate of the peer's chain has expired, or is not valid yet.</summary>
    CertificateExpired,

    /// <summary>The peer's certificate is for another name.</summary>
    CertificateNameMismatch,

    /// <summary>The peer's certificate comes from no authority that is trusted.</summary>
    CertificateUntrusted,

    /// <summary>The peer sent a fatal alert.</summary>
    Alert,

    /// <summary>The connection ended without TLS being ended first: what was received may not be all.</summary>
    Truncated,

    /// <summary>A fault of this side: no memory, or OpenSSL failed in a way that is none of the peer's doing.</summary>
    Internal,
}
