using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Ocsp;

/// <summary>
/// Which certificate is meant: CertID of RFC 6960, section 4.1.1. The hashes are SHA-1, the only ones that all responders know (RFC 5019,
/// section 2.1.1); they only look up a certificate, and protect nothing.
/// </summary>
/// <param name="IssuerNameHash">SHA-1 of the issuer's name.</param>
/// <param name="IssuerKeyHash">SHA-1 of the issuer's key.</param>
/// <param name="Serial">The serial number, big-endian.</param>
internal sealed record OcspCertificateId(byte[] IssuerNameHash, byte[] IssuerKeyHash, byte[] Serial)
{
    private const string Sha1Oid = "1.3.14.3.2.26";

    /// <summary>That of a certificate.</summary>
    internal static OcspCertificateId Of(X509Certificate2 certificate, X509Certificate2 issuer) =>
        new(Sha1(certificate.IssuerName.RawData), KeyHashOf(issuer), certificate.SerialNumberBytes.ToArray());

    /// <summary>SHA-1 of a certificate's key, without what says which kind of key it is.</summary>
    internal static byte[] KeyHashOf(X509Certificate2 certificate) => Sha1(certificate.PublicKey.EncodedKeyValue.RawData);

    /// <summary>Reads one, and says whether it is this one.</summary>
    /// <exception cref="AsnContentException">It isn't one.</exception>
    internal bool IsNextIn(AsnReader reader)
    {
        AsnReader id = reader.ReadSequence();
        AsnReader algorithm = id.ReadSequence();
        string oid = algorithm.ReadObjectIdentifier();
        byte[] nameHash = id.ReadOctetString();
        byte[] keyHash = id.ReadOctetString();
        ReadOnlyMemory<byte> serial = id.ReadIntegerBytes();
        id.ThrowIfNotEmpty();
        return oid == Sha1Oid
            && nameHash.AsSpan().SequenceEqual(IssuerNameHash)
            && keyHash.AsSpan().SequenceEqual(IssuerKeyHash)
            && serial.Span.SequenceEqual(Serial);
    }

    /// <summary>A request for it alone (section 4.1.1), without a nonce: most responders sign in advance.</summary>
    internal byte[] ToRequest()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);

        // OCSPRequest, TBSRequest, requestList, Request, CertID.
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Sha1Oid);
                writer.WriteNull();
            }

            writer.WriteOctetString(IssuerNameHash);
            writer.WriteOctetString(IssuerKeyHash);
            writer.WriteInteger(Serial);
        }

        return writer.Encode();
    }

    private static byte[] Sha1(byte[] bytes)
    {
#pragma warning disable CA5350 // Not for security: see above.
        return SHA1.HashData(bytes);
#pragma warning restore CA5350
    }
}
