using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Clients;

/// <summary>A client's verified certificate as upstreams are told of it. Immutable; made once for a connection.</summary>
internal sealed class ClientCertificate
{
    private readonly Dictionary<CertificateField, byte[]> _fields = [];

    /// <summary>Reads what the client showed.</summary>
    /// <param name="chain">Its certificate in DER, then those that came with it.</param>
    public ClientCertificate(IReadOnlyList<byte[]> chain)
    {
        Fingerprint = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(chain[0])));
        ClientCert = ByteSequence(chain[0]);
        ClientCertChain = [.. chain.Skip(1).SelectMany((certificate, index) => index == 0 ? ByteSequence(certificate) : [.. ", "u8, .. ByteSequence(certificate)])];
        Read(chain[0]);
    }

    /// <summary>The SHA-256 of the certificate in hexadecimal.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>The value of <c>Client-Cert</c> (RFC 9440, section 2.2).</summary>
    public byte[] ClientCert { get; }

    /// <summary>The value of <c>Client-Cert-Chain</c> (RFC 9440, section 2.3); empty when nothing came with the certificate.</summary>
    public byte[] ClientCertChain { get; }

    /// <summary>What a header tells; empty when the certificate doesn't have it, or has something that no header can hold.</summary>
    public ReadOnlySpan<byte> Get(CertificateField field) => field == CertificateField.Fingerprint ? Fingerprint : _fields.GetValueOrDefault(field);

    // RFC 8941, section 3.3.5.
    private static byte[] ByteSequence(byte[] bytes) => [(byte)':', .. Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)), (byte)':'];

    private void Read(byte[] der)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        Set(CertificateField.Subject, certificate.SubjectName.Name);
        Set(CertificateField.Issuer, certificate.IssuerName.Name);
        Set(CertificateField.Serial, certificate.SerialNumber.ToLowerInvariant());
        Set(CertificateField.CommonName, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Set(CertificateField.NotAfter, certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Set(CertificateField.Pem, Uri.EscapeDataString(certificate.ExportCertificatePem()));
        if (certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names)
        {
            Set(CertificateField.DnsNames, ListOf(names.EnumerateDnsNames()));
            Set(CertificateField.Uris, ListOf(UrisOf(names.RawData)));
        }
    }

    // RFC 5280, section 4.2.1.6: uniformResourceIdentifier is [6] IA5String.
    private static List<string> UrisOf(byte[] names)
    {
        var uris = new List<string>();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 6);
        try
        {
            AsnReader reader = new AsnReader(names, AsnEncodingRules.DER).ReadSequence();
            while (reader.HasData)
            {
                if (reader.PeekTag().HasSameClassAndValue(tag))
                {
                    uris.Add(reader.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
                else
                {
                    reader.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException)
        {
            // A name that is no text is nobody's.
            uris.Clear();
        }

        return uris;
    }

    // A comma within a name would make two of it.
    private static string ListOf(IEnumerable<string> names) => string.Join(',', names.Select(name => name.Replace(",", "%2C", StringComparison.Ordinal)));

    // What an authority let into a certificate must not end a header, nor the list that it stands in.
    private void Set(CertificateField field, string text)
    {
        bool isPlain = text.All(character => character is >= ' ' and <= '~');
        _fields[field] = isPlain ? Encoding.ASCII.GetBytes(text) : Encoding.ASCII.GetBytes(Uri.EscapeDataString(text));
    }
}
