using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.TestKit.Certificates;

/// <summary>A certificate of a test.</summary>
/// <param name="Pem">The certificate in PEM.</param>
/// <param name="KeyPem">Its key in PEM.</param>
/// <param name="Plan">Both as a plan has them.</param>
/// <param name="Serial">Its serial number.</param>
public sealed record TestCertificate(string Pem, string KeyPem, CertificatePlan Plan, byte[] Serial)
{
    /// <summary>It with its key, for <see cref="System.Net.Security.SslStream"/>.</summary>
    public X509Certificate2 ToX509()
    {
        using X509Certificate2 ephemeral = X509Certificate2.CreateFromPem(Pem, KeyPem);
        return X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Writes both to files.</summary>
    public (string Certificate, string Key) Save(string folder, string name)
    {
        string certificate = Path.Combine(folder, name + ".pem");
        string key = Path.Combine(folder, name + ".key");
        File.WriteAllText(certificate, Pem);
        File.WriteAllText(key, KeyPem);
        return (certificate, key);
    }
}
