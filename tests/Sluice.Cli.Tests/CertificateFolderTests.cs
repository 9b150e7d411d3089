using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.TestKit.Certificates;

namespace Sluice.Cli.Tests;

/// <summary>A folder with thousands of certificates.</summary>
public sealed class CertificateFolderTests : IDisposable
{
    private const int Count = 5_000;
    private const int Reloads = 4;

    // What reading them takes in passing is twice as much, and stayed with each reload.
    private const long BytesMax = Count * 5L * 1024;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Thousands_TakeLittleMemory_AlsoAfterReloads()
    {
        long few = await MeasureAsync(1, reloads: 0, enough: long.MaxValue);
        long many = await MeasureAsync(Count, reloads: 0, few + BytesMax);
        long reloaded = await MeasureAsync(Count, Reloads, few + (BytesMax * 3 / 2));

        Assert.InRange(many - few, long.MinValue, BytesMax);
        Assert.InRange(reloaded - few, long.MinValue, BytesMax * 3 / 2);
    }

    // What is used in passing is given back within seconds; what is kept never is.
    private async Task<long> MeasureAsync(int count, int reloads, long enough)
    {
        string certificates = WriteCertificates(count);
        string file = _folder.Write("sluice.yaml", $$"""
            listen: { address: "127.0.0.1:0", tls: { certificates: ["{{certificates}}"] } }
            control: off
            overload: { max_delay: 60s }
            routes: [{ respond: { status: 200, body: "hello" } }]
            """);
        using SluiceProcess process = SluiceProcess.Start("run", "-c", file);
        IPEndPoint endPoint = await process.WaitForListenerAsync();
        for (int i = 0; i < reloads; i++)
        {
            await process.SignalAsync("HUP");
            await process.WaitForErrorLineAsync("reloaded");
        }

        string last = $"site{count - 1}.test";
        Assert.Equal("CN=" + last, await ShownAsync(endPoint, last));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        long resident = ResidentBytes(process.Id);
        while (resident > enough && !deadline.IsCancellationRequested)
        {
            await ticks.WaitForNextTickAsync();
            resident = ResidentBytes(process.Id);
        }

        return resident;
    }

    private static long ResidentBytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    // All have one key, which saves the making of thousands.
    private string WriteCertificates(int count)
    {
        string path = Path.Combine(_folder.Path, $"certificates-{count}");
        if (Directory.Exists(path))
        {
            return path;
        }

        Directory.CreateDirectory(path);
        using var authority = new TestAuthority();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string keyPem = key.ExportPkcs8PrivateKeyPem();
        using X509Certificate2 issuer = X509Certificate2.CreateFromPem(authority.Pem);
        for (int i = 0; i < count; i++)
        {
            var request = new CertificateRequest($"CN=site{i}.test", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName($"site{i}.test");
            request.CertificateExtensions.Add(names.Build());
            using X509Certificate2 leaf = request.Create(
                issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30), BitConverter.GetBytes(i + 1));
            File.WriteAllText(Path.Combine(path, $"site{i}.pem"), leaf.ExportCertificatePem() + "\n" + authority.Pem);
            File.WriteAllText(Path.Combine(path, $"site{i}.key"), keyPem);
        }

        return path;
    }

    private static async Task<string> ShownAsync(IPEndPoint endPoint, string host)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        await using var stream = new SslStream(new NetworkStream(socket), false, (_, shown, _, _) => shown is not null);
        await stream.AuthenticateAsClientAsync(host);
        return ((X509Certificate2)stream.RemoteCertificate!).Subject;
    }
}
