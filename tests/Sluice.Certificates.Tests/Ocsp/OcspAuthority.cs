using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.TestKit.Tools;

namespace Sluice.Certificates.Tests.Ocsp;

/// <summary>An authority whose certificates name a responder on the loopback address, with its files as openssl wants them.</summary>
internal sealed class OcspAuthority : IDisposable
{
    private readonly Socket _held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly X509Certificate2 _certificate;
    private readonly bool _isRsa;
    private readonly string _index;
    private int _serial = 0x7f;

    internal OcspAuthority(bool isRsa = false, string name = "OCSP Test Authority")
    {
        _isRsa = isRsa;
        Port = HoldPort();
        using AsymmetricAlgorithm key = NewKey();
        CertificateRequest request = NewRequest($"CN={name}", key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(300));
        Pem = _certificate.ExportCertificatePem() + "\n";
        Folder.Write("ca.pem", Pem);
        Folder.Write("ca.key", key.ExportPkcs8PrivateKeyPem());
        _index = Folder.Write("index.txt", "");
    }

    /// <summary>Its certificate.</summary>
    internal string Pem { get; }

    /// <summary>
    /// The port of the responder that its certificates name: nobody else gets it, and it refuses connections, until it is released. It is none of
    /// those that the kernel gives to whoever asks for any: between its release and its use it would give it to another test.
    /// </summary>
    internal int Port { get; init; }

    /// <summary>Its files: ca.pem, ca.key and index.txt.</summary>
    internal ScratchFolder Folder { get; } = new();

    /// <summary>Lets go of the port, for a responder to take it at once.</summary>
    internal void ReleasePort() => _held.Dispose();

    /// <summary>Issues a certificate, and notes in the index how it is.</summary>
    /// <param name="status">V for good, R for revoked, null to leave it out.</param>
    /// <param name="hasResponder">Whether it names the responder.</param>
    internal string Issue(char? status = 'V', bool hasResponder = true)
    {
        using AsymmetricAlgorithm key = NewKey();
        CertificateRequest request = NewRequest("CN=leaf", key);
        if (hasResponder)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([$"http://127.0.0.1:{Port}/"], null));
        }

        byte[] serial = [0, (byte)++_serial];
        using X509Certificate2 certificate = request.Create(_certificate.SubjectName, Generator(), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90), serial);
        if (status is { } letter)
        {
            string revoked = letter == 'R' ? "260101120000Z" : "";
            string end = certificate.NotAfter.ToUniversalTime().ToString("yyMMddHHmmss", CultureInfo.InvariantCulture);
            File.AppendAllText(_index, $"{letter}\t{end}Z\t{revoked}\t{certificate.SerialNumber.TrimStart('0')}\tunknown\t/CN=leaf\n");
        }

        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>Writes a certificate that may sign answers, or one that only looks so, into NAME.pem and NAME.key.</summary>
    internal void IssueSigner(string name, bool hasUsage = true, int validFromDays = -1)
    {
        using AsymmetricAlgorithm key = NewKey();
        CertificateRequest request = NewRequest($"CN={name}", key);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (hasUsage)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.9")], false));
        }

        DateTimeOffset notBefore = DateTimeOffset.UtcNow.AddDays(validFromDays);
        using X509Certificate2 certificate = request.Create(_certificate.SubjectName, Generator(), notBefore, notBefore.AddDays(10), [1, (byte)++_serial]);
        Folder.Write($"{name}.pem", certificate.ExportCertificatePem());
        Folder.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _held.Dispose();
        _certificate.Dispose();
        Folder.Dispose();
    }

    // Bound, and not listened on.
    private int HoldPort()
    {
        while (true)
        {
            int port = FreePort.Find();
            try
            {
                _held.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Another process found it, too.
            }
        }
    }

    private AsymmetricAlgorithm NewKey() => _isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CertificateRequest NewRequest(string subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);

    private X509SignatureGenerator Generator() => _isRsa
        ? X509SignatureGenerator.CreateForRSA(_certificate.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1)
        : X509SignatureGenerator.CreateForECDsa(_certificate.GetECDsaPrivateKey()!);
}
