namespace Sluice.Config.Certificates;

/// <summary>Object identifiers of certificates and keys.</summary>
internal static class ObjectIds
{
    // RFC 8017, appendix C; RFC 5480, section 2.1.1.
    internal const string Rsa = "1.2.840.113549.1.1.1";
    internal const string EllipticCurve = "1.2.840.10045.2.1";

    // RFC 5280, section 4.2.
    internal const string SubjectKeyIdentifier = "2.5.29.14";
    internal const string SubjectAlternativeName = "2.5.29.17";
    internal const string AuthorityKeyIdentifier = "2.5.29.35";
    internal const string ExtendedKeyUsage = "2.5.29.37";
    internal const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    internal const string CommonName = "2.5.4.3";
    internal const string Ocsp = "1.3.6.1.5.5.7.48.1";

    internal const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    internal const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    internal const string AnyPurpose = "2.5.29.37.0";

    /// <summary>Signatures with MD2, MD5 and SHA-1 (RFC 8017, appendix C; RFC 5758, section 3.2; RFC 3279, section 2.2.2).</summary>
    internal static readonly string[] WeakSignatures =
        ["1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1", "1.2.840.10040.4.3"];

    /// <summary>P-256, P-384 and P-521 (RFC 5480, section 2.1.1.1).</summary>
    internal static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];
}
