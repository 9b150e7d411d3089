using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Local;

/// <summary>
/// A root, and an intermediate below it that signs leaves. The root's key is thrown away as soon as the intermediate is signed: some programs
/// don't apply the constraints of a root that they trust, but all apply those of an intermediate. So nobody who takes the files can sign for
/// other names than local ones. Issuing may be called from any thread.
/// </summary>
internal sealed class LocalIssuer : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const int SerialBytes = 16;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3_650);
    private static readonly TimeSpan LeafLifetime = TimeSpan.FromHours(12);

    // Clients' clocks may be behind: the machine is the same, but virtual machines and containers drift.
    private static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;
    private readonly ECDsa _key;

    private LocalIssuer(X509Certificate2 root, X509Certificate2 intermediate, ECDsa key)
    {
        _root = root;
        _intermediate = intermediate;
        _key = key;
        RootPem = root.ExportCertificatePem() + "\n";
    }

    /// <summary>The root in PEM.</summary>
    internal string RootPem { get; }

    /// <summary>When the root and the intermediate end to be valid.</summary>
    internal DateTimeOffset NotAfter => new(_intermediate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>Makes a new one.</summary>
    internal static LocalIssuer Create(DateTimeOffset now)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // Part of the key is part of the name: two authorities of one machine are never taken for each other.
        string mark = Convert.ToHexStringLower(SHA256.HashData(rootKey.ExportSubjectPublicKeyInfo()).AsSpan(0, 4));
        CertificateRequest rootRequest = CreateRequest($"Sluice local authority {mark}", rootKey, pathLength: 1);
        DateTimeOffset notBefore = now - ClockDifferenceMax;
        DateTimeOffset notAfter = now + Lifetime;
        using X509Certificate2 root = rootRequest.CreateSelfSigned(notBefore, notAfter);

        CertificateRequest request = CreateRequest($"Sluice local authority {mark} intermediate", key, pathLength: 0);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        X509Certificate2 intermediate = request.Create(root, notBefore, notAfter, CreateSerial());
        return new LocalIssuer(X509CertificateLoader.LoadCertificate(root.RawData), intermediate, key);
    }

    /// <summary>Reads one that <see cref="WritePem"/> wrote; null if it isn't one.</summary>
    internal static LocalIssuer? ReadPem(string pem)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            var key = ECDsa.Create();
            key.ImportFromPem(pem);
            using ECDsa? signed = certificates.Count == 2 ? certificates[0].GetECDsaPublicKey() : null;
            bool isWhole = signed is not null
                && signed.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
                && certificates[0].IssuerName.RawData.AsSpan().SequenceEqual(certificates[1].SubjectName.RawData);
            return isWhole ? new LocalIssuer(certificates[1], certificates[0], key) : null;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>All that is needed to issue, with the key, for a file that nobody else may read.</summary>
    internal string WritePem() => $"{_intermediate.ExportCertificatePem()}\n{RootPem}{_key.ExportPkcs8PrivateKeyPem()}\n";

    /// <summary>Issues a leaf with a new key.</summary>
    /// <param name="name">A local name or address, in lower case.</param>
    /// <param name="now">The time.</param>
    internal CertificatePair Issue(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // Names are in the alternative names only; a subject would be limited to 64 characters.
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_intermediate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(SubjectName(name));

        DateTimeOffset second = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        DateTimeOffset notBefore = second - ClockDifferenceMax;
        DateTimeOffset notAfter = second + LeafLifetime < NotAfter ? second + LeafLifetime : NotAfter;
        if (notAfter <= second)
        {
            throw new CertificateException($"the local authority ended to be valid at {NotAfter:u}");
        }

        using X509Certificate2 leaf = Sign(request, notBefore, notAfter);
        string chain = $"{leaf.ExportCertificatePem()}\n{_intermediate.ExportCertificatePem()}\n";
        return new CertificatePair([name], chain, key.ExportPkcs8PrivateKeyPem() + "\n", notBefore, notAfter);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest CreateRequest(string name, ECDsa key, int pathLength)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLength, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(NameConstraints.Create());
        return request;
    }

    private static X509Extension SubjectName(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        // Critical where the subject is empty (RFC 5280, section 4.2.1.6).
        return names.Build(critical: true);
    }

    // Positive, and not of fewer bytes than it should have.
    private static byte[] CreateSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        return serial;
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        // The key's own safety between threads is not documented.
        lock (_lock)
        {
            return request.Create(_intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), notBefore, notAfter, CreateSerial());
        }
    }
}
