using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Acme;

/// <summary>The key of a certificate to be: each certificate gets a new one. One owner.</summary>
internal sealed class CertificateKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private CertificateKey(AsymmetricAlgorithm key) => _key = key;

    /// <summary>A new one. RSA-4096 takes up to seconds of CPU.</summary>
    public static CertificateKey Create(KeyType type) => new(type switch
    {
        KeyType.P256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        KeyType.P384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        KeyType.Rsa2048 => RSA.Create(2048),
        KeyType.Rsa3072 => RSA.Create(3072),
        KeyType.Rsa4096 => RSA.Create(4096),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown kind of key"),
    });

    /// <summary>As PEM (PKCS #8).</summary>
    public string ExportPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>The public half in DER, to compare with a certificate's.</summary>
    public byte[] ExportPublic() => _key.ExportSubjectPublicKeyInfo();

    /// <summary>
    /// A signing request in DER (RFC 2986) that names the identifier in its subject alternative names only: common names are history
    /// (RFC 6125), and too short for some names.
    /// </summary>
    public byte[] CreateSigningRequest(AcmeIdentifier identifier)
    {
        CertificateRequest request = CreateRequest("");
        request.CertificateExtensions.Add(SubjectNames(identifier).Build());
        return request.CreateSigningRequest();
    }

    /// <summary>A request with an empty extension list, to be signed by this key.</summary>
    public CertificateRequest CreateRequest(string subject) => _key switch
    {
        ECDsa key => new CertificateRequest(subject, key, key.KeySize > 256 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256),
        RSA key => new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        _ => throw new InvalidOperationException("unknown kind of key"),
    };

    /// <summary>The alternative names of one identifier.</summary>
    public static SubjectAlternativeNameBuilder SubjectNames(AcmeIdentifier identifier)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (identifier.IsAddress)
        {
            names.AddIpAddress(System.Net.IPAddress.Parse(identifier.Value));
        }
        else
        {
            names.AddDnsName(identifier.Value);
        }

        return names;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
