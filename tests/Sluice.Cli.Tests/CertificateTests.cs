using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Pebble;
using Sluice.TestKit.Tools;

namespace Sluice.Cli.Tests;

/// <summary>Certificates of the running program: from an issuer, from the local authority, and from files that change.</summary>
public sealed class CertificateTests : IDisposable
{
    private const string Host = "shop.sluice-site.com";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http-01")]
    [InlineData("tls-alpn-01")]
    public async Task Automatic_ASiteWithoutACertificate_GetsOneFromTheIssuer_AndRenewsIt(string challenge)
    {
        int httpPort = FreePort.Find();
        int tlsPort = FreePort.Find();
        await using PebbleServer pebble = await PebbleServer.StartAsync(new PebbleSetup { HttpPort = httpPort, TlsPort = tlsPort });
        string file = _folder.Write("sluice.yaml", $$"""
            listen:
              - "127.0.0.1:{{httpPort}}"
              - { address: "127.0.0.1:{{tlsPort}}", tls: auto }
            overload: { max_delay: 60s }
            certificates:
              storage: {{_folder.Path}}/storage
              issuers: [{ name: pebble, directory: "{{pebble.DirectoryUri}}", ca: "{{pebble.CaFile}}" }]
              challenges: [{{challenge}}]
            routes:
              - { match: { host: {{Host}}, scheme: http }, redirect: https }
              - { match: { host: {{Host}} }, respond: { status: 200, body: "secure" } }
            """);
        using SluiceProcess process = SluiceProcess.Start("run", "-c", file);
        await process.WaitForListenerAsync();

        using X509Certificate2 first = await WaitForCertificateAsync(process, tlsPort, null);
        ProcessResult renewing = await process.AskAsync("certs", "--renew", Host);
        using X509Certificate2 second = await WaitForCertificateAsync(process, tlsPort, first.SerialNumber);

        using X509Certificate2 root = await pebble.GetRootAsync();
        Assert.Equal(0, renewing.ExitCode);
        Assert.True(second.MatchesHostname(Host));
        Assert.Contains(Host, (await process.AskAsync("certs")).Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, KeyFiles().Select(File.GetUnixFileMode).Distinct().Single());
        string rootFile = _folder.Write("root.pem", root.ExportCertificatePem());
        Assert.Equal("secure", await CurlAsync(rootFile, Host, tlsPort));
    }

    [Fact]
    public async Task Automatic_WithoutAnyHost_ServesLocalhost_WithALeafOfTheLocalAuthority()
    {
        string file = _folder.Write("sluice.yaml", $$"""
            listen: { address: "127.0.0.1:0", tls: auto }
            overload: { max_delay: 60s }
            certificates: { storage: {{_folder.Path}}/storage }
            routes: [{ respond: { status: 200, body: "local" } }]
            """);
        using SluiceProcess process = SluiceProcess.Start("run", "-c", file);
        IPEndPoint endPoint = await process.WaitForListenerAsync();
        await process.WaitForErrorLineAsync("local authority");

        string root = Path.Combine(_folder.Path, "storage", "local", "root.pem");

        Assert.Equal("local", await CurlAsync(root, "localhost", endPoint.Port));
    }

    [Fact]
    public async Task File_ThatChanges_IsServedWithoutAReload_AndOneThatIsBrokenIsNot()
    {
        using var authority = new TestAuthority();
        TestCertificate first = authority.Issue("a.test");
        TestCertificate second = authority.Issue("a.test");
        Write(first, authority);
        string file = _folder.Write("sluice.yaml", """
            listen: { address: "127.0.0.1:0", tls: { certificates: [{ cert: site.pem, key: site.key }] } }
            overload: { max_delay: 60s }
            routes: [{ respond: { status: 200, body: "from file" } }]
            """);
        using SluiceProcess process = SluiceProcess.Start("run", "-c", file);
        IPEndPoint endPoint = await process.WaitForListenerAsync();
        Assert.Equal(first.Plan.Fingerprint, await FingerprintAsync(endPoint.Port));

        File.WriteAllText(Path.Combine(_folder.Path, "site.key"), "broken");
        await process.WaitForErrorLineAsync("certificate not exchanged");
        Assert.Equal(first.Plan.Fingerprint, await FingerprintAsync(endPoint.Port));
        Write(second, authority);
        await process.WaitForErrorLineAsync("certificates exchanged");

        Assert.Equal(second.Plan.Fingerprint, await FingerprintAsync(endPoint.Port));
    }

    private static async Task<string> CurlAsync(string rootFile, string host, int port)
    {
        using var curl = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "curl", ["-sS", "--max-time", "40", "--cacert", rootFile, "--resolve", $"{host}:{port}:127.0.0.1", $"https://{host}:{port}/"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = await curl.StandardOutput.ReadToEndAsync();
        return output + await curl.StandardError.ReadToEndAsync();
    }

    // What the instance says of the certificate, and then what it shows, which is another than the one before.
    private static async Task<X509Certificate2> WaitForCertificateAsync(SluiceProcess process, int port, string? before)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            ProcessResult listed = await process.AskAsync("certs", "--json");
            Assert.Equal(0, listed.ExitCode);
            using JsonDocument document = JsonDocument.Parse(listed.Output);
            if (document.RootElement.EnumerateArray().Any(report => report.GetProperty("state").GetString() == "valid"))
            {
                X509Certificate2 shown = await ShownAsync(port, Host);
                if (shown.SerialNumber != before)
                {
                    return shown;
                }

                shown.Dispose();
            }

            await ticks.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static async Task<string> FingerprintAsync(int port)
    {
        using X509Certificate2 shown = await ShownAsync(port, "a.test");
        return Convert.ToHexStringLower(shown.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256));
    }

    private static async Task<X509Certificate2> ShownAsync(int port, string host)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        });
        return X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.GetRawCertData());
    }

    private IEnumerable<string> KeyFiles() =>
        Directory.EnumerateFiles(Path.Combine(_folder.Path, "storage"), "*key*", SearchOption.AllDirectories);

    // Behind the certificate its root, so that the chain is known to be whole.
    private void Write(TestCertificate certificate, TestAuthority authority)
    {
        File.WriteAllText(Path.Combine(_folder.Path, "site.key"), certificate.KeyPem);
        File.WriteAllText(Path.Combine(_folder.Path, "site.pem"), certificate.Pem + "\n" + authority.Pem);
    }
}
