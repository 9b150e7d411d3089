using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Acme;

/// <summary>A certificate's name for renewal information: who signed it, and its serial number (RFC 9773, section 4.1).</summary>
/// <param name="Text">Both in base64url, a dot between them.</param>
internal sealed record RenewalCertificateId(string Text)
{
    /// <summary>Of a certificate; null when it doesn't say which key signed it.</summary>
    public static RenewalCertificateId? Of(X509Certificate2 certificate)
    {
        X509AuthorityKeyIdentifierExtension? authority =
            certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault();
        if (authority?.KeyIdentifier is not { Length: > 0 } keyIdentifier)
        {
            return null;
        }

        // With the leading zero that DER needs where the first bit is set.
        byte[] serial = certificate.SerialNumberBytes.ToArray();
        return new RenewalCertificateId($"{Base64Url.EncodeToString(keyIdentifier.Span)}.{Base64Url.EncodeToString(serial)}");
    }
}
