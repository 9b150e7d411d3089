using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Config.Certificates;
using Sluice.Config.Diagnostics;
using Sluice.Config.Linting;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Tests;

/// <summary>Certificates of files: every form of keys, many at once, and reading again what changed.</summary>
public sealed class CertificateReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sl").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    public void Read_EcdsaKey_IsConvertedToPkcs8(string label)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateFiles files = Write("site", key, PemEncoding.WriteString(label, label == "PRIVATE KEY" ? key.ExportPkcs8PrivateKey() : key.ExportECPrivateKey()));

        CertificatePlan plan = new CertificateReader().Read(files).Plan!;

        using var read = ECDsa.Create();
        read.ImportPkcs8PrivateKey(plan.Key, out _);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
        Assert.False(plan.IsRsa);
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("RSA PRIVATE KEY")]
    public void Read_RsaKey_IsConvertedToPkcs8(string label)
    {
        using var key = RSA.Create(2048);
        CertificateFiles files = Write("site", key, PemEncoding.WriteString(label, label == "PRIVATE KEY" ? key.ExportPkcs8PrivateKey() : key.ExportRSAPrivateKey()));

        CertificatePlan plan = new CertificateReader().Read(files).Plan!;

        using var read = RSA.Create();
        read.ImportPkcs8PrivateKey(plan.Key, out _);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
        Assert.True(plan.IsRsa);
    }

    [Fact]
    public void Read_Certificate_HasWhatTheSystemReads()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        CertificateFiles files = Write("site", key, key.ExportPkcs8PrivateKeyPem(), "A.example", "*.b.example", "192.0.2.7");
        using X509Certificate2 known = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);

        CertificatePlan plan = new CertificateReader().Read(files).Plan!;

        Assert.Equal(known.GetCertHashString(HashAlgorithmName.SHA256), plan.Fingerprint, ignoreCase: true);
        Assert.Equal(known.NotBefore.ToUniversalTime(), plan.NotBefore.UtcDateTime);
        Assert.Equal(known.NotAfter.ToUniversalTime(), plan.NotAfter.UtcDateTime);
        Assert.Equal(["a.example", "*.b.example", "192.0.2.7"], plan.Names);
        Assert.Equal(new FileInfo(files.Key!).Length, plan.KeyFile!.Length);
    }

    [Fact]
    public void Read_EveryTruncation_IsAProblemAndNoException()
    {
        byte[] certificate = File.ReadAllBytes(Path.Combine(Shared, "site-rsa.pem"));
        byte[] key = File.ReadAllBytes(Path.Combine(Shared, "site-rsa.key"));
        string path = Path.Combine(_folder, "cut.pem");
        var reader = new CertificateReader();

        for (int length = 0; length < certificate.Length - 1; length += 7)
        {
            File.WriteAllBytes(path, certificate.AsSpan(0, length));
            CertificateReading reading = reader.Read(new CertificateFiles(path, Path.Combine(Shared, "site-rsa.key")));
            Assert.True(reading.Plan is null == reading.Problems.Any(problem => problem.IsError));
        }

        for (int length = 0; length < key.Length - 40; length += 7)
        {
            File.WriteAllBytes(path, key.AsSpan(0, length));
            Assert.Null(new CertificateReader().Read(new CertificateFiles(Path.Combine(Shared, "site-rsa.pem"), path)).Plan);
        }
    }

    [Fact]
    public void Read_DamagedDer_IsAProblemAndNoException()
    {
        byte[] certificate = Decode(Path.Combine(Shared, "self.pem"));
        byte[] key = Decode(Path.Combine(Shared, "self.key"));
        string path = Path.Combine(_folder, "damaged.pem");
        var random = new Random(1);
        var reader = new CertificateReader();

        for (int round = 0; round < 3_000; round++)
        {
            byte[] damaged = [.. round % 2 == 0 ? certificate : key];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllText(path, PemEncoding.WriteString(round % 2 == 0 ? "CERTIFICATE" : "PRIVATE KEY", damaged));
            CertificateReading reading = round % 2 == 0
                ? reader.Read(new CertificateFiles(path, Path.Combine(Shared, "self.key")))
                : reader.Read(new CertificateFiles(Path.Combine(Shared, "self.pem"), path));
            Assert.True(reading.Plan is null == reading.Problems.Any(problem => problem.IsError));
        }
    }

    [Fact]
    public void ReadAll_SharedIntermediates_AreHeldOnce()
    {
        string[] names = ["both.pem", "folder/admin.pem"];

        CertificateReading[] readings = [.. new CertificateReader().ReadAll([.. names.Select(name => new CertificateFiles(Path.Combine(Shared, name), null))])];

        Assert.Equal(readings[0].Plan!.Chain[1], readings[1].Plan!.Chain[1]);
    }

    [Fact]
    public void Refresh_FileThatChanged_TakesThePlaceOfTheOldOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("a", key, key.ExportPkcs8PrivateKeyPem());
        Write("b", key, key.ExportPkcs8PrivateKeyPem());
        ProxyPlan plan = Load("certificates: [{ cert: a.pem, key: a.key }, { cert: b.pem, key: b.key }]");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("b", other, other.ExportPkcs8PrivateKeyPem() + "\n");

        CertificateRefresh refresh = CertificateReader.Refresh(plan);

        Assert.Empty(refresh.Failed);
        Assert.Equal(Path.Combine(_folder, "b.pem"), Assert.Single(refresh.Renewed).Files.Certificate);
        Assert.Same(plan.Listeners[0].Tls!.Certificates[0], refresh.Plan.Listeners[0].Tls!.Certificates[0]);
        Assert.NotEqual(plan.Listeners[0].Tls!.Certificates[1], refresh.Plan.Listeners[0].Tls!.Certificates[1]);
        Assert.Same(refresh.Plan, CertificateReader.Refresh(refresh.Plan).Plan);
    }

    [Fact]
    public void Refresh_FileThatWasOnlyTouched_ChangesNothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("a", key, key.ExportPkcs8PrivateKeyPem());
        ProxyPlan plan = Load("certificates: [{ cert: a.pem, key: a.key }]");
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "a.pem"), DateTime.UtcNow.AddMinutes(1));

        CertificateRefresh refresh = CertificateReader.Refresh(plan);

        Assert.Empty(refresh.Renewed);
        Assert.Empty(refresh.Failed);
        Assert.Same(plan, refresh.Plan);
    }

    [Fact]
    public void Refresh_KeyThatDoesNotFitAnyMore_KeepsTheOldOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("a", key, key.ExportPkcs8PrivateKeyPem());
        ProxyPlan plan = Load("certificates: { cert: a.pem, key: a.key }");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(_folder, "a.key"), other.ExportPkcs8PrivateKeyPem() + "\n");

        CertificateRefresh refresh = CertificateReader.Refresh(plan);

        Assert.Same(plan, refresh.Plan);
        Assert.Equal(DiagnosticCodes.KeyMismatch, Assert.Single(Assert.Single(refresh.Failed).Problems).Code);
    }

    [Fact]
    public void Refresh_FileThatIsGone_KeepsTheOldOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("a", key, key.ExportPkcs8PrivateKeyPem());
        ProxyPlan plan = Load("certificates: { cert: a.pem, key: a.key }");
        File.Delete(Path.Combine(_folder, "a.pem"));

        CertificateRefresh refresh = CertificateReader.Refresh(plan);

        Assert.Same(plan, refresh.Plan);
        Assert.Equal(DiagnosticCodes.UnreadableCertificate, Assert.Single(Assert.Single(refresh.Failed).Problems).Code);
    }

    [Fact]
    public void Refresh_LinkThatPointsElsewhere_IsFollowed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("old", key, key.ExportPkcs8PrivateKeyPem(), "old.example");
        Write("newer", key, key.ExportPkcs8PrivateKeyPem(), "newer.example");

        // The file system's clock ticks too slowly to tell two files apart that are made at once.
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "newer.pem"), DateTime.UtcNow.AddSeconds(5));
        string link = Path.Combine(_folder, "live.pem");
        File.CreateSymbolicLink(link, "old.pem");
        ProxyPlan plan = Load("certificates: { cert: live.pem, key: old.key }");
        File.Delete(link);
        File.CreateSymbolicLink(link, "newer.pem");

        CertificateRefresh refresh = CertificateReader.Refresh(plan);

        Assert.Equal(["newer.example"], refresh.Plan.Listeners[0].Tls!.Certificates[0].Names);
    }

    [Fact]
    public void Load_Files_AreAmongThoseThatAreWatched()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("a", key, key.ExportPkcs8PrivateKeyPem());

        ConfigResult result = LoadResult("certificates: [{ folder: . }, { cert: missing.pem, key: missing.key }]\n      client_certificates: ca.pem");

        Assert.Equal(["sluice.yaml", "", "a.pem", "a.key", "missing.pem", "missing.key", "ca.pem"], result.Files.Select(file => Path.GetRelativePath(_folder, file)).Select(file => file == "." ? "" : file));
    }

    [Fact]
    public void Lint_CertificateThatEndsSoon_IsAdvised()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("a", key, key.ExportPkcs8PrivateKeyPem(), days: 5);
        ConfigResult result = LoadResult("certificates: { cert: a.pem, key: a.key }");

        Assert.Contains(ConfigLinter.Lint(result), finding => finding.Code == DiagnosticCodes.EndsSoon);
        Assert.DoesNotContain(result.Diagnostics, finding => finding.Code == DiagnosticCodes.EndsSoon);
    }

    private static string Shared => Path.Combine(RepositoryFiles.Root, "tests", "Sluice.Config.Tests", "Certificates");

    private static byte[] Decode(string path)
    {
        string text = File.ReadAllText(path);
        return Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);
    }

    private CertificateFiles Write(string name, AsymmetricAlgorithm key, string keyPem, params string[] names) => Write(name, key, keyPem, 30, names);

    private CertificateFiles Write(string name, AsymmetricAlgorithm key, string keyPem, int days, params string[] names)
    {
        var request = key is RSA rsa
            ? new CertificateRequest("CN=site", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=site", (ECDsa)key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string text in names)
        {
            if (IPAddress.TryParse(text, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(text);
            }
        }

        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }

        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
        var files = new CertificateFiles(Path.Combine(_folder, name + ".pem"), Path.Combine(_folder, name + ".key"));
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key!, keyPem);
        return files;
    }

    private ProxyPlan Load(string tls)
    {
        ConfigResult result = LoadResult(tls);
        return result.Plan ?? throw new InvalidOperationException(DiagnosticRenderer.Render(result.Diagnostics));
    }

    private ConfigResult LoadResult(string tls)
    {
        string path = Path.Combine(_folder, "sluice.yaml");
        File.WriteAllText(path, $"listen:\n  - address: \":8443\"\n    tls:\n      {tls}\nroutes:\n  - respond: hello\n");
        return ConfigLoader.Load(path);
    }
}
