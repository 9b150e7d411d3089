using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.TestKit.Certificates;

/// <summary>A certificate authority of a test's own.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private long _serial = 1;

    /// <summary>Makes a root.</summary>
    public TestAuthority(string name = "Test Root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(400));
    }

    /// <summary>Its certificate in PEM.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Issues a certificate for servers.</summary>
    public TestCertificate Issue(params string[] names) => Issue(new TestCertificateOptions { Names = names });

    /// <summary>Issues a certificate.</summary>
    public TestCertificate Issue(TestCertificateOptions options)
    {
        using AsymmetricAlgorithm key = options.IsRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string subject = $"CN={options.CommonName ?? (options.Names.Count > 0 ? options.Names[0] : "test")}";
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(options.IsForClients ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        if (options.OcspResponder is { } responder)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([responder], null));
        }

        AddNames(request, options);
        byte[] serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        using X509Certificate2 certificate = request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_certificate.GetECDsaPrivateKey()!),
            DateTimeOffset.UtcNow.AddDays(-2) + options.Shift,
            DateTimeOffset.UtcNow + options.ValidFor + options.Shift,
            serial);
        string keyPem = key is RSA own ? own.ExportPkcs8PrivateKeyPem() : ((ECDsa)key).ExportPkcs8PrivateKeyPem();
        byte[] keyDer = key is RSA same ? same.ExportPkcs8PrivateKey() : ((ECDsa)key).ExportPkcs8PrivateKey();
        return new TestCertificate(certificate.ExportCertificatePem(), keyPem, new CertificatePlan([certificate.RawData], keyDer, [.. options.Names]) { Source = "test", OcspResponder = options.OcspResponder }, serial);
    }

    /// <summary>A revocation list with these certificates on it, in PEM.</summary>
    public string Revoke(params IEnumerable<TestCertificate> revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (TestCertificate certificate in revoked)
        {
            using X509Certificate2 entry = X509CertificateLoader.LoadCertificate(certificate.Plan.Chain[0].Span);
            builder.AddEntry(entry);
        }

        byte[] list = builder.Build(_certificate, 1, DateTimeOffset.UtcNow.AddDays(5), HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddHours(-1));
        return PemEncoding.WriteString("X509 CRL", list);
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private static void AddNames(CertificateRequest request, TestCertificateOptions options)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in options.Names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        if (options.Uri is { } uri)
        {
            names.AddUri(uri);
        }

        if (options.Names.Count > 0 || options.Uri is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }
    }
}
