using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>A certificate that all contenders of a row show, in files.</summary>
/// <param name="Certificate">Path of the certificate in PEM.</param>
/// <param name="Key">Path of its key in PEM.</param>
/// <param name="Both">Path of a file that holds the two.</param>
internal sealed record CertificateFiles(string Certificate, string Key, string Both)
{
    /// <summary>Makes one, signed by an authority that nothing trusts, so that the chain has the length of usual ones.</summary>
    public static CertificateFiles Create(Workspace workspace, bool isRsa, string name = "bench.example.com")
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=Bench Root", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = root.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest("CN=" + name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=" + name, (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 leaf = request.Create(
            authority.SubjectName,
            X509SignatureGenerator.CreateForECDsa(rootKey),
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddDays(20),
            RandomNumberGenerator.GetBytes(8));
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        string chain = leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n";
        string keyText = key.ExportPkcs8PrivateKeyPem() + "\n";
        return new CertificateFiles(
            workspace.Write($"{id}.pem", chain), workspace.Write($"{id}.key", keyText), workspace.Write($"{id}-both.pem", chain + keyText));
    }
}
