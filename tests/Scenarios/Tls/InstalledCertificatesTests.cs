using System.Security.Authentication;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Tls;

/// <summary>Certificates that come while the proxy runs, and the challenges on the way to them.</summary>
public sealed class InstalledCertificatesTests : IDisposable
{
    private static readonly RespondAction Hello = new(200, [new("content-type", "text/plain")], [.. "hello"u8]);

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Install_ServesTheCertificateFromTheNextHandshakeOn()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { IsAutomatic = true });
        await Assert.ThrowsAsync<AuthenticationException>(() => TlsClient.ConnectAsync(proxy.EndPoint));

        proxy.Server.Certificates.Install(_authority.Issue("a.test").Plan);
        await using TlsClient first = await TlsClient.ConnectAsync(proxy.EndPoint);
        CertificatePlan renewed = _authority.Issue("a.test").Plan;
        proxy.Server.Certificates.Install(renewed);
        await using TlsClient second = await TlsClient.ConnectAsync(proxy.EndPoint);

        Assert.Equal(renewed.Fingerprint, Convert.ToHexStringLower(second.ServerCertificate!.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256)));
        Assert.Equal(200, (await first.GetAsync()).Status);
    }

    [Fact]
    public async Task OnDemand_HoldsTheHandshakeUntilTheCertificateIsThere()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { IsAutomatic = true });
        var asked = new List<string>();
        proxy.Server.Certificates.OnDemand = (name, _) =>
        {
            asked.Add(name);
            bool isAllowed = name == "a.test";
            if (isAllowed)
            {
                proxy.Server.Certificates.Install(_authority.Issue(name).Plan);
            }

            return Task.FromResult(isAllowed);
        };

        await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint, "A.test");
        await Assert.ThrowsAsync<AuthenticationException>(() => TlsClient.ConnectAsync(proxy.EndPoint, "b.test"));

        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.Equal(["a.test", "b.test"], asked);
    }

    [Fact]
    public async Task OnDemand_ThatTakesTooLong_EndsTheHandshake()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { IsAutomatic = true, HandshakeTimeoutMs = 4_000 });
        proxy.Server.Certificates.OnDemand = async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return true;
        };

        await Assert.ThrowsAnyAsync<Exception>(() => TlsClient.ConnectAsync(proxy.EndPoint));

        await proxy.Messages.WaitForAsync("tls_unknown_name");
    }

    [Fact]
    public async Task OnDemand_ThatTakesTooLong_LeavesNoHandshakeWithoutItsTimeLimit()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { IsAutomatic = true, HandshakeTimeoutMs = 400, Certificates = [_authority.Issue("a.test").Plan] });
        proxy.Server.Certificates.OnDemand = async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return true;
        };
        ScriptedClient client = await proxy.ConnectAsync();

        // Asks late, gets the default certificate at last, when the time for the handshake is over, and never answers.
        byte[] hello = ClientHellos.Of("b.test");
        await client.SendSlowlyAsync(hello, (hello.Length / 4) + 1, TimeSpan.FromMilliseconds(30));

        await proxy.Messages.WaitForAsync("tls_timeout");
        await proxy.ExpectConnectionsAsync(0);
    }

    [Fact]
    public async Task AlpnChallenge_IsShownToClientsThatOfferNothingElse()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] });
        TestCertificate challenge = _authority.Issue(new TestCertificateOptions { Names = ["a.test"], CommonName = "challenge" });
        proxy.Server.Certificates.ShowAlpnChallenge("a.test", challenge.Plan);

        await using TlsClient authority = await TlsClient.ConnectAsync(proxy.EndPoint, protocols: ["acme-tls/1"]);
        await using TlsClient visitor = await TlsClient.ConnectAsync(proxy.EndPoint, protocols: ["http/1.1", "acme-tls/1"]);

        Assert.Equal(("CN=challenge", "acme-tls/1"), (authority.ServerCertificate!.Subject, authority.Protocol));
        Assert.Equal(("CN=a.test", "http/1.1"), (visitor.ServerCertificate!.Subject, visitor.Protocol));
        proxy.Server.Certificates.HideAlpnChallenge("a.test");
        await Assert.ThrowsAsync<AuthenticationException>(() => TlsClient.ConnectAsync(proxy.EndPoint, protocols: ["acme-tls/1"]));
    }

    [Fact]
    public async Task HttpChallenge_IsAnsweredBeforeAnyRoute_AndUnknownTokensGoToTheRoutes()
    {
        await using ProxyFixture proxy = Start(null);
        proxy.Server.Certificates.ShowHttpChallenge("known_-1", "known_-1.thumbprint");
        proxy.Server.Certificates.FindHttpChallenge = (token, _) => Task.FromResult(token == "elsewhere" ? "elsewhere.thumbprint" : null);
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse known = await AskAsync(client, "known_-1");
        HttpResponse elsewhere = await AskAsync(client, "elsewhere");
        HttpResponse unknown = await AskAsync(client, "unknown");

        Assert.Equal(("known_-1.thumbprint", "elsewhere.thumbprint", "hello"), (known.Text, elsewhere.Text, unknown.Text));
    }

    [Fact]
    public async Task Staple_IsSentToClientsThatAskForIt()
    {
        CertificatePlan issued = _authority.Issue("a.test").Plan;
        var certificate = new CertificatePlan(issued.Chain, issued.Key.ToArray(), issued.Names) { OcspResponder = "http://ocsp.test/" };
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [certificate] });

        // OpenSSL's client prints what it can't parse as well.
        ToolResult before = await StatusAsync(proxy);
        proxy.Server.Certificates.SetStaple(certificate.Fingerprint, [0x30, 0x03, 0x0A, 0x01, 0x06]);
        ToolResult after = await StatusAsync(proxy);

        Assert.Contains("OCSP response: no response sent", before.Output, StringComparison.Ordinal);
        Assert.Contains("unauthorized (0x6)", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotation_AThousandTimesUnderLoad_FailsNoHandshake()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] });
        CertificatePlan[] certificates = [.. Enumerable.Range(0, 8).Select(_ => _authority.Issue("a.test").Plan)];
        using var stop = new CancellationTokenSource();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ShakeHandsAsync(proxy, stop.Token)))];

        for (int i = 0; i < 1_000; i++)
        {
            ProxyPlan plan = proxy.Server.Plan;
            TlsPlan tls = plan.Listeners[0].Tls! with { Certificates = [certificates[i % certificates.Length]] };
            long before = proxy.Server.Handshakes.All;
            proxy.Server.Reload(plan with { Listeners = [plan.Listeners[0] with { Tls = tls }] });

            // Each is served at least once.
            while (proxy.Server.Handshakes.All == before && !clients.Any(client => client.IsFaulted))
            {
                await ticks.WaitForNextTickAsync();
            }
        }

        await stop.CancelAsync();
        int[] handshakes = await Task.WhenAll(clients);

        Assert.Equal(handshakes.Sum(), proxy.Server.Handshakes.All);
    }

    private static async Task<int> ShakeHandsAsync(ProxyFixture proxy, CancellationToken stop)
    {
        int count = 0;
        while (!stop.IsCancellationRequested)
        {
            await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint);
            Assert.Equal(200, (await client.GetAsync()).Status);
            count++;
        }

        return count;
    }

    private static Task<HttpResponse> AskAsync(ScriptedClient client, string token) =>
        client.ExchangeAsync($"GET /.well-known/acme-challenge/{token} HTTP/1.1\r\nHost: a.test\r\n\r\n");

    private static Task<ToolResult> StatusAsync(ProxyFixture proxy) => Tool.RunAsync(
        "bash", "-c", $"sleep 0.2 | openssl s_client -connect 127.0.0.1:{proxy.Port} -servername a.test -status 2>&1");

    private static ProxyFixture Start(TlsPlan? tls) => ProxyFixture.Start(
        new ProxySetup { Tls = tls, Routes = [new RoutePlan { Name = "hello", Action = Hello }] }, new Transcript());
}
