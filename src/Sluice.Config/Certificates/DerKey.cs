using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Sluice.Config.Certificates;

/// <summary>A private key, read from its DER in any of the usual forms.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Pkcs8">The key as PKCS #8 (RFC 5958).</param>
/// <param name="PublicKey">The public key as a certificate has it.</param>
internal sealed record DerKey(KeyKind Kind, byte[] Pkcs8, ReadOnlyMemory<byte> PublicKey)
{
    private const string Pkcs8Label = "PRIVATE KEY";
    private const string Pkcs1Label = "RSA PRIVATE KEY";
    private const string Sec1Label = "EC PRIVATE KEY";
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    private static readonly Asn1Tag CurveTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag PointTag = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>Whether a block of this label is a key.</summary>
    internal static bool IsKey(string label) => label.EndsWith(Pkcs8Label, StringComparison.Ordinal);

    /// <summary>Whether it is one that is encrypted.</summary>
    internal static bool IsEncrypted(string label) => label == EncryptedLabel;

    /// <summary>Reads a key.</summary>
    /// <exception cref="AsnContentException">It isn't one.</exception>
    /// <exception cref="CryptographicException">It isn't one.</exception>
    internal static DerKey Parse(PemBlock block) => block.Label switch
    {
        Pkcs1Label => new DerKey(KeyKind.Rsa, WrapRsa(block.Content), PublicOfRsa(block.Content)),
        Sec1Label => ParseSec1(block.Content),
        _ => ParsePkcs8(block.Content),
    };

    // RFC 5958, section 2.
    private static DerKey ParsePkcs8(byte[] content)
    {
        AsnReader key = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        AsnReader algorithm = key.ReadSequence();
        string id = algorithm.ReadObjectIdentifier();
        byte[] inner = key.ReadOctetString();
        try
        {
            return id switch
            {
                ObjectIds.Rsa => new DerKey(KeyKind.Rsa, content, PublicOfRsa(inner)),
                ObjectIds.EllipticCurve => new DerKey(KeyKind.Ecdsa, content, PublicOfEc(inner) ?? PublicByImport(content)),
                _ => new DerKey(KeyKind.Other, content, default),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(inner);
        }
    }

    // RFC 5915, section 3: the curve is in the key itself here, and in PKCS #8 beside it.
    private static DerKey ParseSec1(byte[] content)
    {
        AsnReader key = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        key.ReadOctetString();
        ReadOnlyMemory<byte> curve = key.ReadSequence(CurveTag).ReadEncodedValue();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(ObjectIds.EllipticCurve);
                writer.WriteEncodedValue(curve.Span);
            }

            writer.WriteOctetString(content);
        }

        byte[] pkcs8 = writer.Encode();
        return new DerKey(KeyKind.Ecdsa, pkcs8, PublicOfEc(content) ?? PublicByImport(pkcs8));
    }

    private static byte[] WrapRsa(byte[] content)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(ObjectIds.Rsa);
                writer.WriteNull();
            }

            writer.WriteOctetString(content);
        }

        return writer.Encode();
    }

    // RFC 8017, appendix A.1: modulus and exponent come first in the private key, and are all of the public one.
    private static byte[] PublicOfRsa(byte[] privateKey)
    {
        AsnReader key = new AsnReader(privateKey, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(key.ReadIntegerBytes().Span);
            writer.WriteInteger(key.ReadIntegerBytes().Span);
        }

        return writer.Encode();
    }

    // RFC 5915, section 3; the point is optional.
    private static byte[]? PublicOfEc(byte[] privateKey)
    {
        AsnReader key = new AsnReader(privateKey, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        key.ReadOctetString();
        if (key.HasData && key.PeekTag().HasSameClassAndValue(CurveTag))
        {
            key.ReadEncodedValue();
        }

        return key.HasData && key.PeekTag().HasSameClassAndValue(PointTag) ? key.ReadSequence(PointTag).ReadBitString(out _) : null;
    }

    private static byte[] PublicByImport(byte[] pkcs8)
    {
        const byte uncompressed = 4;
        using ECDsa key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return [uncompressed, .. point.X!, .. point.Y!];
    }
}
