using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Ocsp;

/// <summary>Something signed, as certificates and responses of OCSP are: the data, how it was signed, and the signature.</summary>
/// <param name="Data">The data as it was signed.</param>
/// <param name="Algorithm">The algorithm's object identifier.</param>
/// <param name="Signature">The signature.</param>
internal sealed record SignedBlock(ReadOnlyMemory<byte> Data, string Algorithm, byte[] Signature)
{
    /// <summary>Reads the three from the start of a sequence.</summary>
    /// <exception cref="AsnContentException">They aren't there.</exception>
    internal static SignedBlock Read(AsnReader sequence)
    {
        ReadOnlyMemory<byte> data = sequence.ReadEncodedValue();
        string algorithm = sequence.ReadSequence().ReadObjectIdentifier();
        byte[] signature = sequence.ReadBitString(out int unused);
        return unused == 0 ? new SignedBlock(data, algorithm, signature) : throw new AsnContentException("a signature is not of whole bytes");
    }

    /// <summary>Whether the key of a certificate made the signature. SHA-1 and what else isn't listed here counts as not signed.</summary>
    internal bool IsSignedBy(X509Certificate2 signer)
    {
        try
        {
            return Algorithm switch
            {
                // RFC 8017, appendix A.2.4.
                "1.2.840.113549.1.1.11" => IsSignedByRsa(signer, HashAlgorithmName.SHA256),
                "1.2.840.113549.1.1.12" => IsSignedByRsa(signer, HashAlgorithmName.SHA384),
                "1.2.840.113549.1.1.13" => IsSignedByRsa(signer, HashAlgorithmName.SHA512),

                // RFC 5758, section 3.2.
                "1.2.840.10045.4.3.2" => IsSignedByEcdsa(signer, HashAlgorithmName.SHA256),
                "1.2.840.10045.4.3.3" => IsSignedByEcdsa(signer, HashAlgorithmName.SHA384),
                "1.2.840.10045.4.3.4" => IsSignedByEcdsa(signer, HashAlgorithmName.SHA512),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private bool IsSignedByRsa(X509Certificate2 signer, HashAlgorithmName hash)
    {
        using RSA? key = signer.GetRSAPublicKey();
        return key is not null && key.VerifyData(Data.Span, Signature, hash, RSASignaturePadding.Pkcs1);
    }

    private bool IsSignedByEcdsa(X509Certificate2 signer, HashAlgorithmName hash)
    {
        using ECDsa? key = signer.GetECDsaPublicKey();
        return key is not null && key.VerifyData(Data.Span, Signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }
}
