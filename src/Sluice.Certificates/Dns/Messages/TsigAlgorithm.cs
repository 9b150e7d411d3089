namespace Sluice.Certificates.Dns.Messages;

/// <summary>How messages are signed (RFC 8945, section 6). MD5 and SHA-1 are not known here: they must not be used any more.</summary>
internal enum TsigAlgorithm
{
    /// <summary><c>hmac-sha256</c></summary>
    Sha256,

    /// <summary><c>hmac-sha384</c></summary>
    Sha384,

    /// <summary><c>hmac-sha512</c></summary>
    Sha512,
}
