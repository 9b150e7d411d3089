using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Certificates.Acme;

/// <summary>The certificate that answers the challenge tls-alpn-01 (RFC 8737, section 3).</summary>
internal static class TlsAlpnCertificate
{
    // id-pe-acmeIdentifier (section 6.1).
    private const string AcmeIdentifierOid = "1.3.6.1.5.5.7.1.31";

    // DER of an OCTET STRING of 32 bytes.
    private static readonly byte[] OctetStringHead = [0x04, 0x20];

    /// <summary>Makes one: self-signed, for exactly this identifier, with the authorization's hash in a critical extension.</summary>
    public static CertificatePair Create(AcmeIdentifier identifier, string keyAuthorization, DateTimeOffset now)
    {
        using var key = CertificateKey.Create(KeyType.P256);
        CertificateRequest request = key.CreateRequest("CN=ACME challenge");
        request.CertificateExtensions.Add(CertificateKey.SubjectNames(identifier).Build());
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(keyAuthorization));
        request.CertificateExtensions.Add(new X509Extension(AcmeIdentifierOid, [.. OctetStringHead, .. hash], critical: true));

        // Clocks differ: valid since yesterday, and long enough for every validation.
        DateTimeOffset notBefore = now.AddDays(-1);
        DateTimeOffset notAfter = now.AddDays(7);
        using X509Certificate2 certificate = request.CreateSelfSigned(notBefore, notAfter);
        return new CertificatePair([identifier.HandshakeName], certificate.ExportCertificatePem(), key.ExportPem(), notBefore, notAfter);
    }
}
