using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Ocsp;

/// <summary>Who may sign answers about the certificates of an issuer: itself, or whom it authorized for that (RFC 6960, section 4.2.2.2).</summary>
/// <param name="issuer">The issuer; not disposed by this.</param>
/// <param name="now">The time.</param>
internal sealed class OcspSigner(X509Certificate2 issuer, DateTimeOffset now)
{
    private const string OcspSigning = "1.3.6.1.5.5.7.3.9";

    // The responder's own, and perhaps its issuer's; each one costs a verification.
    private const int CertificatesMax = 4;

    /// <summary>Whether a response was signed by one of them.</summary>
    /// <param name="response">The response.</param>
    /// <param name="responderId">Who says to have signed it, as it stands in the response.</param>
    /// <param name="certificates">The certificates that came with the response.</param>
    /// <exception cref="AsnContentException">The response is broken.</exception>
    internal bool HasSigned(SignedBlock response, AsnReader responderId, AsnReader? certificates)
    {
        (byte[]? name, byte[]? keyHash) = ReadId(responderId);
        if (IsMeant(issuer, name, keyHash) && response.IsSignedBy(issuer))
        {
            return true;
        }

        for (int read = 0; read < CertificatesMax && certificates is { HasData: true }; read++)
        {
            ReadOnlyMemory<byte> encoded = certificates.ReadEncodedValue();
            using X509Certificate2? certificate = Load(encoded);
            if (certificate is not null && IsMeant(certificate, name, keyHash) && IsAuthorized(certificate, encoded) && response.IsSignedBy(certificate))
            {
                return true;
            }
        }

        return false;
    }

    private static X509Certificate2? Load(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(encoded.Span);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // ResponderID is a choice of a name in [1] and a hash of the key in [2], both explicit.
    private static (byte[]? Name, byte[]? KeyHash) ReadId(AsnReader responderId)
    {
        Asn1Tag tag = responderId.PeekTag();
        AsnReader inner = responderId.ReadSequence(tag);
        return tag.TagValue switch
        {
            1 => (inner.ReadEncodedValue().ToArray(), null),
            2 => (null, inner.ReadOctetString()),
            _ => throw new AsnContentException("a responder is neither a name nor a key"),
        };
    }

    private static bool IsMeant(X509Certificate2 certificate, byte[]? name, byte[]? keyHash) => name is not null
        ? certificate.SubjectName.RawData.AsSpan().SequenceEqual(name)
        : OcspCertificateId.KeyHashOf(certificate).AsSpan().SequenceEqual(keyHash);

    private bool IsAuthorized(X509Certificate2 certificate, ReadOnlyMemory<byte> encoded)
    {
        bool isForIt = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == OcspSigning));
        bool maySign = certificate.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature));
        bool isValid = certificate.NotBefore.ToUniversalTime() <= now && now <= certificate.NotAfter.ToUniversalTime();
        return isForIt && maySign && isValid
            && certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData)
            && SignedBlock.Read(new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence()).IsSignedBy(issuer);
    }
}
