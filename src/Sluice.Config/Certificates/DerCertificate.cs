using System.Formats.Asn1;
using System.Net;
using System.Text;

namespace Sluice.Config.Certificates;

/// <summary>What is to know of a certificate (RFC 5280), read from its DER. Far cheaper than an object of the system's for each of ten thousand.</summary>
internal sealed class DerCertificate
{
    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 3);

    private DerCertificate(ReadOnlyMemory<byte> raw)
    {
        Raw = raw;
    }

    /// <summary>All of it.</summary>
    internal ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The issuer's name in DER.</summary>
    internal ReadOnlyMemory<byte> Issuer { get; private set; }

    /// <summary>The subject's name in DER.</summary>
    internal ReadOnlyMemory<byte> Subject { get; private set; }

    /// <summary>The identifier of its key; empty when it says none.</summary>
    internal ReadOnlyMemory<byte> KeyId { get; private set; }

    /// <summary>The identifier of its issuer's key; empty when it says none.</summary>
    internal ReadOnlyMemory<byte> IssuerKeyId { get; private set; }

    /// <summary>The kind of its key.</summary>
    internal KeyKind Kind { get; private set; }

    /// <summary>The length of the modulus of an RSA key in bits; 0 for others.</summary>
    internal int RsaBits { get; private set; }

    /// <summary>The public key as its subjectPublicKey has it: a point, or modulus and exponent.</summary>
    internal ReadOnlyMemory<byte> PublicKey { get; private set; }

    /// <summary>The object identifier of its signature.</summary>
    internal string Signature { get; private set; } = "";

    internal DateTimeOffset NotBefore { get; private set; }

    internal DateTimeOffset NotAfter { get; private set; }

    /// <summary>Host names in lower case and addresses; the common name only where there is no subjectAltName (RFC 9525, section 2).</summary>
    internal IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>What it may be used for; empty when it doesn't say.</summary>
    internal IReadOnlyList<string> Purposes { get; private set; } = [];

    /// <summary>The URL of its OCSP responder; null for none.</summary>
    internal string? OcspResponder { get; private set; }

    /// <summary>Whether it names itself as its issuer.</summary>
    internal bool IsSelfIssued => Subject.Span.SequenceEqual(Issuer.Span);

    /// <summary>Reads one.</summary>
    /// <exception cref="AsnContentException">It isn't one.</exception>
    internal static DerCertificate Parse(ReadOnlyMemory<byte> raw)
    {
        var certificate = new DerCertificate(raw);
        var outer = new AsnReader(raw, AsnEncodingRules.DER);
        AsnReader whole = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        AsnReader body = whole.ReadSequence();
        certificate.Signature = whole.ReadSequence().ReadObjectIdentifier();
        certificate.ReadBody(body);
        return certificate;
    }

    /// <summary>Whether another one says to be the issuer of this: by name, and by the identifier of the key where both say one.</summary>
    internal bool MayBeIssuedBy(DerCertificate other) =>
        Issuer.Span.SequenceEqual(other.Subject.Span)
        && (IssuerKeyId.IsEmpty || other.KeyId.IsEmpty || IssuerKeyId.Span.SequenceEqual(other.KeyId.Span));

    // RFC 5280, section 4.1.
    private void ReadBody(AsnReader body)
    {
        if (body.PeekTag().HasSameClassAndValue(Version))
        {
            body.ReadEncodedValue();
        }

        body.ReadIntegerBytes();
        body.ReadSequence();
        Issuer = body.ReadEncodedValue();
        AsnReader validity = body.ReadSequence();
        NotBefore = ReadTime(validity);
        NotAfter = ReadTime(validity);
        Subject = body.ReadEncodedValue();
        ReadPublicKey(body.ReadSequence());
        while (body.HasData)
        {
            Asn1Tag tag = body.PeekTag();
            if (!tag.HasSameClassAndValue(Extensions))
            {
                body.ReadEncodedValue();
                continue;
            }

            ReadExtensions(body.ReadSequence(tag).ReadSequence());
        }

        if (Names.Count == 0 && FindCommonName() is { } name)
        {
            Names = [name];
        }
    }

    // RFC 5280, section 4.1.2.5.
    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private void ReadPublicKey(AsnReader key)
    {
        AsnReader algorithm = key.ReadSequence();
        string id = algorithm.ReadObjectIdentifier();
        PublicKey = key.ReadBitString(out _);
        if (id == ObjectIds.Rsa)
        {
            Kind = KeyKind.Rsa;
            ReadOnlySpan<byte> modulus = new AsnReader(PublicKey, AsnEncodingRules.DER).ReadSequence().ReadIntegerBytes().Span.TrimStart((byte)0);
            RsaBits = modulus.IsEmpty ? 0 : (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        }
        else if (id == ObjectIds.EllipticCurve && algorithm.HasData && algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
        {
            Kind = ObjectIds.Curves.Contains(algorithm.ReadObjectIdentifier()) ? KeyKind.Ecdsa : KeyKind.Other;
        }
    }

    private void ReadExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string id = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
            {
                extension.ReadBoolean();
            }

            ReadExtension(id, new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER));
        }
    }

    private void ReadExtension(string id, AsnReader value)
    {
        switch (id)
        {
            case ObjectIds.SubjectKeyIdentifier:
                KeyId = value.ReadOctetString();
                break;
            case ObjectIds.AuthorityKeyIdentifier:
                AsnReader identifier = value.ReadSequence();
                var keyId = new Asn1Tag(TagClass.ContextSpecific, 0);
                IssuerKeyId = identifier.HasData && identifier.PeekTag().HasSameClassAndValue(keyId) ? identifier.ReadOctetString(keyId) : default;
                break;
            case ObjectIds.ExtendedKeyUsage:
                var purposes = new List<string>();
                AsnReader usages = value.ReadSequence();
                while (usages.HasData)
                {
                    purposes.Add(usages.ReadObjectIdentifier());
                }

                Purposes = purposes;
                break;
            case ObjectIds.SubjectAlternativeName:
                Names = ReadNames(value.ReadSequence());
                break;
            case ObjectIds.AuthorityInformationAccess:
                ReadAccess(value.ReadSequence());
                break;
        }
    }

    // RFC 5280, section 4.2.1.6: [2] is a DNS name, [7] an address.
    private static List<string> ReadNames(AsnReader names)
    {
        const int dnsName = 2;
        const int address = 7;
        var read = new List<string>();
        while (names.HasData)
        {
            Asn1Tag tag = names.PeekTag();
            if (tag.TagValue == dnsName)
            {
                read.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag).ToLowerInvariant());
                continue;
            }

            ReadOnlySpan<byte> bytes = tag.TagValue == address ? names.ReadOctetString(tag) : default;
            if (tag.TagValue != address)
            {
                names.ReadEncodedValue();
            }
            else if (bytes.Length is 4 or 16)
            {
                read.Add(new IPAddress(bytes).ToString());
            }
        }

        return read;
    }

    // RFC 5280, section 4.2.2.1: [6] is a URI.
    private void ReadAccess(AsnReader descriptions)
    {
        var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
        while (descriptions.HasData)
        {
            AsnReader description = descriptions.ReadSequence();
            if (description.ReadObjectIdentifier() == ObjectIds.Ocsp && description.PeekTag().HasSameClassAndValue(uri))
            {
                OcspResponder ??= description.ReadCharacterString(UniversalTagNumber.IA5String, uri);
            }
        }
    }

    private string? FindCommonName()
    {
        string? found = null;
        AsnReader name = new AsnReader(Subject, AsnEncodingRules.DER).ReadSequence();
        while (name.HasData)
        {
            AsnReader part = name.ReadSetOf().ReadSequence();
            if (part.ReadObjectIdentifier() == ObjectIds.CommonName && part.PeekTag() is { TagClass: TagClass.Universal } tag)
            {
                found = tag.TagValue is (int)UniversalTagNumber.UTF8String or (int)UniversalTagNumber.PrintableString or (int)UniversalTagNumber.IA5String
                    ? Encoding.UTF8.GetString(part.PeekContentBytes().Span).ToLowerInvariant()
                    : null;
            }
        }

        return found is not null && Values.HostName.IsHost(found.StartsWith("*.", StringComparison.Ordinal) ? found[2..] : found) ? found : null;
    }
}
