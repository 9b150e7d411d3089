using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.TestKit.Acme;

/// <summary>The certificate authority of a scripted issuer: one intermediate, signed by two roots.</summary>
public sealed class ScriptedAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<X509Certificate2> _roots = [];
    private readonly List<X509Certificate2> _intermediates = [];

    public ScriptedAuthority()
    {
        foreach (string name in new[] { "Scripted Root 1", "Scripted Root 2" })
        {
            ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            X509Certificate2 root = NewAuthority($"CN={name}", key).CreateSelfSigned(Begin, End);
            _roots.Add(root);
            CertificateRequest request = NewAuthority("CN=Scripted Intermediate", _intermediateKey);
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
            X509Certificate2 intermediate = request.Create(root, Begin, End, RandomNumberGenerator.GetBytes(16));
            _intermediates.Add(intermediate.CopyWithPrivateKey(_intermediateKey));
        }
    }

    /// <summary>A certificate for a signing request, as PEM, below each of the two roots.</summary>
    public IReadOnlyList<string> Issue(byte[] signingRequest, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        CertificateRequest asked = CertificateRequest.LoadSigningRequest(
            signingRequest, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        asked.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_intermediates[0], true, false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using X509Certificate2 leaf = asked.Create(
            _intermediates[0].SubjectName, X509SignatureGenerator.CreateForECDsa(_intermediateKey), notBefore, notAfter, serial);
        return [.. _intermediates.Select(intermediate => $"{leaf.ExportCertificatePem()}\n{intermediate.ExportCertificatePem()}\n")];
    }

    /// <summary>The names and addresses in a signing request.</summary>
    public static IReadOnlyList<string> ReadNames(byte[] signingRequest)
    {
        CertificateRequest asked = CertificateRequest.LoadSigningRequest(
            signingRequest, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        X509Extension raw = asked.CertificateExtensions.Single(extension => extension.Oid?.Value == "2.5.29.17");
        var names = new X509SubjectAlternativeNameExtension(raw.RawData);
        return [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select((IPAddress address) => address.ToString())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _roots.ForEach(root => root.Dispose());
        _intermediates.ForEach(intermediate => intermediate.Dispose());
        _intermediateKey.Dispose();
    }

    private static CertificateRequest NewAuthority(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
