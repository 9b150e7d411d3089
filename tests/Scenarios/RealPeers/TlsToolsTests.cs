using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.RealPeers;

/// <summary>TLS as users and auditors look at it: curl in front, nginx behind, testssl.sh and sslscan beside.</summary>
public sealed class TlsToolsTests(NginxOrigin nginx) : IClassFixture<NginxOrigin>, IDisposable
{
    // About the origin's responses, or the names that this machine has no DNS for; nothing that a proxy's TLS could do better.
    private static readonly string[] NotAboutTls = ["security_headers", "HSTS", "DNS_CAArecord"];

    private readonly TestAuthority _authority = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-tls-");

    private string AuthorityFile
    {
        get
        {
            string path = Path.Combine(_folder.FullName, "ca.pem");
            File.WriteAllText(path, _authority.Pem);
            return path;
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("--tlsv1.2", "1.2")]
    [InlineData("--tlsv1.3", "1.3")]
    public async Task Curl_VerifiesTheCertificate_AndNginxIsSpokenWithOverTls(string option, string version)
    {
        await using ProxyFixture proxy = StartBefore(nginx.TlsPlan);

        ToolResult result = await Tool.RunAsync(
            "curl", "-sS", option, "--tls-max", version, "--cacert", AuthorityFile, "--resolve", $"a.test:{proxy.Port}:127.0.0.1",
            "-w", "%{http_code} %{ssl_verify_result} %{num_connects} ", $"https://a.test:{proxy.Port}/tls", $"https://a.test:{proxy.Port}/tls");

        Assert.Equal($"TLSv1.3 origin.test .\n200 0 1 TLSv1.3 origin.test .\n200 0 0 ", result.Output);
    }

    [Fact]
    public async Task Curl_MovesAFileOf8MBThroughBothEncryptions()
    {
        await using ProxyFixture proxy = StartBefore(nginx.TlsPlan);
        string target = Path.Combine(nginx.Scratch, "decrypted.bin");
        string[] common = ["-sS", "--cacert", AuthorityFile, "--resolve", $"a.test:{proxy.Port}:127.0.0.1"];

        await Tool.RunAsync("curl", [.. common, "-o", target, $"https://a.test:{proxy.Port}/large.bin"]);
        ToolResult put = await Tool.RunAsync("curl", [.. common, "-T", target, "-w", "%{http_code}", $"https://a.test:{proxy.Port}/uploads/encrypted.bin"]);

        Assert.Equal("201", put.Output);
        Assert.Equal(await DigestAsync(nginx.LargeFile), await DigestAsync(target));
        Assert.Equal(await DigestAsync(nginx.LargeFile), await DigestAsync(Path.Combine(nginx.Scratch, "www", "uploads", "encrypted.bin")));
    }

    [Fact]
    public async Task Sessions_WithNginx_AreResumed()
    {
        ProxySetup setup = Setup() with { Pool = new PoolLimits { RequestsMax = 1 } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup with { Tls = null }, new Transcript(), nginx.TlsPlan);
        ScriptedClient client = await proxy.ConnectAsync();
        const string request = "GET /tls HTTP/1.1\r\nHost: a.test\r\n\r\n";

        string first = (await client.ExchangeAsync(request)).Text;
        string second = (await client.ExchangeAsync(request)).Text;

        Assert.Equal(("TLSv1.3 origin.test .\n", "TLSv1.3 origin.test r\n"), (first, second));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TestSsl_FindsNothingAboveLow(bool isRsa)
    {
        var options = new TestCertificateOptions
        {
            Names = ["localhost", "a.localhost"], IsRsa = isRsa, ValidFor = TimeSpan.FromDays(200), OcspResponder = "http://127.0.0.1:1/",
        };
        await using ProxyFixture proxy = StartSite(options);
        string report = Path.Combine(_folder.FullName, $"testssl-{isRsa}.json");

        // The simulated clients are left out: they say who connects, not what is wrong.
        string[] sections = ["-p", "-s", "-f", "-P", "-S", "-h", "-U"];
        await Tool.RunAsync(
            TimeSpan.FromMinutes(8), "testssl",
            [.. sections, "--quiet", "--color", "0", "--warnings", "off", "--add-ca", AuthorityFile, "--jsonfile", report, $"https://localhost:{proxy.Port}"]);

        using JsonDocument findings = JsonDocument.Parse(await File.ReadAllTextAsync(report));
        JsonElement[] all = [.. findings.RootElement.EnumerateArray()];
        string[] bad =
        [
            .. all.Where(finding => finding.GetProperty("severity").GetString() is "MEDIUM" or "HIGH" or "CRITICAL" or "FATAL")
                .Where(finding => !NotAboutTls.Contains(finding.GetProperty("id").GetString()))
                .Select(finding => finding.ToString()),
        ];
        Assert.Empty(bad);
        Assert.True(all.Length > 60, $"{all.Length} findings");
    }

    [Fact]
    public async Task SslScan_SeesWhatIsSpokenByDefault_AndNothingElse()
    {
        await using ProxyFixture proxy = StartSite(new TestCertificateOptions { Names = ["localhost"] });

        ToolResult result = await Tool.RunAsync(TimeSpan.FromMinutes(4), "sslscan", ["--no-colour", "--timeout=60", $"localhost:{proxy.Port}"]);

        foreach (string line in new[] { "SSLv2     disabled", "SSLv3     disabled", "TLSv1.0   disabled", "TLSv1.1   disabled", "TLSv1.2   enabled", "TLSv1.3   enabled" })
        {
            Assert.Contains(line, result.Output, StringComparison.Ordinal);
        }

        Assert.Contains("Session renegotiation not supported", result.Output, StringComparison.Ordinal);
        string[] weak = [.. result.Output.Split('\n').Where(line => line.Contains("CBC", StringComparison.Ordinal) || line.Contains("DHE 1024", StringComparison.Ordinal))];
        Assert.Empty(weak);
    }

    private static async Task<string> DigestAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }

    private ProxySetup Setup() => new()
    {
        Tls = new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] },
        UpstreamTls = new UpstreamTlsPlan { Trust = new TrustPlan(nginx.AuthorityPem), ServerName = "origin.test" },
    };

    private ProxyFixture StartBefore(ServerPlan server) => ProxyFixture.Start(Setup(), new Transcript(), server);

    private ProxyFixture StartSite(TestCertificateOptions options) => ProxyFixture.Start(
        new ProxySetup
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Workers = 2,
            Tls = new TlsPlan { Certificates = [_authority.Issue(options).Plan] },
            Routes = [new RoutePlan { Name = "site", Action = new RespondAction(200, [new("content-type", "text/plain")], [.. "hello"u8]) }],
        },
        new Transcript());
}
