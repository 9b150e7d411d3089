using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Tls;

/// <summary>TLS with servers.</summary>
public sealed class UpstreamTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new("Stranger");

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Request_ToAServerThatVerifies_IsForwardedAndTheConnectionReused(SslProtocols version)
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1").ToX509();
        await using var origin = new TlsOrigin(certificate, versions: version);
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem) });
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse first = await client.ExchangeAsync(Story.Get);
        HttpResponse second = await client.ExchangeAsync(Story.Get);

        Assert.Equal(($"{version} nobody", 200, 1), (first.Text, second.Status, origin.Connections));
    }

    [Fact]
    public async Task ServerName_IsSentAsSniAndVerified()
    {
        using X509Certificate2 certificate = _authority.Issue("api.internal.test").ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem), ServerName = "api.internal.test" });
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Get);

        Assert.Equal((200, "api.internal.test"), (response.Status, Assert.Single(origin.Names)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".internal.test")]
    [InlineData("api.internal.test\0.other.test")]
    public async Task ServerName_ThatIsNoName_IsNobodys(string name)
    {
        using X509Certificate2 certificate = _authority.Issue("api.internal.test").ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem), ServerName = name });
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Get);

        Assert.Equal(502, response.Status);
    }

    [Trait("Case", "U-05")]
    [Trait("Case", "U-06")]
    [Trait("Case", "U-07")]
    [Theory]
    [InlineData("other.test", false, 0, "upstream_certificate_name_mismatch", "hostname mismatch")]
    [InlineData("127.0.0.1", true, 0, "upstream_certificate_untrusted", "unable to get local issuer certificate")]
    [InlineData("127.0.0.1", false, -30, "upstream_certificate_expired", "certificate has expired")]
    [InlineData("127.0.0.1", false, 30, "upstream_certificate_expired", "certificate is not yet valid")]
    public async Task Server_WhoseCertificateDoesNotVerify_Gets502AndNoRequest(string name, bool isStranger, int shiftDays, string error, string reason)
    {
        TestAuthority issuer = isStranger ? _stranger : _authority;
        using X509Certificate2 certificate = issuer.Issue(new TestCertificateOptions { Names = [name], Shift = TimeSpan.FromDays(shiftDays) }).ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem) });
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Get);

        Assert.Equal(502, response.Status);
        string message = await proxy.Messages.WaitForAsync(error);
        Assert.Contains(name == "other.test" ? "mismatch" : reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_OfNoKnownAuthority_IsRefusedByTheSystemsAuthorities_UnlessVerifyingIsSkipped()
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1").ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture strict = Start(origin, new UpstreamTlsPlan());
        await using ProxyFixture lax = Start(origin, new UpstreamTlsPlan { SkipVerify = true });
        ScriptedClient client = await strict.ConnectAsync();
        ScriptedClient other = await lax.ConnectAsync();

        Assert.Equal((502, 200), ((await client.ExchangeAsync(Story.Get)).Status, (await other.ExchangeAsync(Story.Get)).Status));
    }

    [Fact]
    public async Task Server_WhoseCertificateIsRevoked_Gets502()
    {
        TestCertificate revoked = _authority.Issue("127.0.0.1");
        using X509Certificate2 certificate = revoked.ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem, _authority.Revoke([revoked])) });
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.ExchangeAsync(Story.Get)).Status);
        Assert.Contains("revoked", await proxy.Messages.WaitForAsync("upstream_certificate_invalid"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientCertificate_IsShownToServersThatAsk()
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1").ToX509();
        TestCertificate own = _authority.Issue(new TestCertificateOptions { CommonName = "sluice", IsForClients = true });
        await using var origin = new TlsOrigin(certificate, asksForCertificate: true);
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem), ClientCertificate = own.Plan });
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.EndsWith("CN=sluice", (await client.ExchangeAsync(Story.Get)).Text, StringComparison.Ordinal);
    }

    [Trait("Case", "U-08")]
    [Fact]
    public async Task Server_ThatSpeaksPlainHttp_Gets502()
    {
        await using var story = Story.Begin();
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup(), new Transcript(), AsHttps(story.Upstream.Plan));
        ScriptedClient client = await proxy.ConnectAsync();

        Task<HttpResponse> asking = client.ExchangeAsync(Story.Get);
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(502, (await asking).Status);
        await proxy.Messages.WaitForAsync("upstream_tls_failed");
    }

    [Trait("Case", "U-08")]
    [Fact]
    public async Task Server_ThatSaysNothing_IsGivenUpInTime()
    {
        await using var story = Story.Begin();
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Limits = new() { TlsTimeoutMs = 200 } }, new Transcript(), AsHttps(story.Upstream.Plan));
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(504, (await client.ExchangeAsync(Story.Get)).Status);
    }

    [Trait("Case", "U-17")]
    [Fact]
    public async Task Content_ThatEndsWithTheConnectionButNotWithTls_IsTruncated()
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1").ToX509();
        await using var origin = new TlsOrigin(certificate, rawResponse: "HTTP/1.1 200 OK\r\n\r\nhalf of it");
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem) });
        ScriptedClient client = await proxy.ConnectAsync();

        await client.SendAsync(Story.Get);
        await client.ReadHeadAsync();
        string rest = Bytes.Text(await client.ReadToEndAsync());

        Assert.DoesNotContain("0\r\n\r\n", rest, StringComparison.Ordinal);

        AccessLogEntry entry = Assert.Single(await proxy.AccessLog.WaitForAsync(entry => entry.Status == 200));
        Assert.Equal("response_truncated", entry.Error);
    }

    [Trait("Case", "U-07")]
    [Fact]
    public async Task Settings_ThatDiffer_NeverShareAConnection()
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1").ToX509();
        await using var origin = new TlsOrigin(certificate);
        UpstreamPlan strict = UpstreamOf("strict", origin, new UpstreamTlsPlan { Trust = new TrustPlan(_stranger.Pem) });
        UpstreamPlan named = UpstreamOf("named", origin, new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem), ServerName = "other.test" });
        var setup = new ProxySetup
        {
            UpstreamTls = new UpstreamTlsPlan { SkipVerify = true },
            Routes = [RouteTo(strict), RouteTo(named)],
            OtherUpstreams = [strict, named],
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), origin.PlanFor());
        ScriptedClient client = await proxy.ConnectAsync();

        // That of the first has a connection that is idle and open whenever the others want one.
        Assert.Equal(200, (await client.ExchangeAsync(Story.Get)).Status);
        Assert.Equal(502, (await client.ExchangeAsync("GET /strict HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal(502, (await client.ExchangeAsync("GET /named HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal(200, (await client.ExchangeAsync(Story.Get)).Status);
    }

    [Trait("Case", "U-07")]
    [Fact]
    public async Task Settings_ThatAReloadMakesStricter_HoldForTheNextRequest()
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1").ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture proxy = Start(origin, new UpstreamTlsPlan { SkipVerify = true });
        ScriptedClient client = await proxy.ConnectAsync();
        Assert.Equal(200, (await client.ExchangeAsync(Story.Get)).Status);

        ProxyPlan before = proxy.Server.Plan;
        UpstreamPlan stricter = before.Upstreams[0] with { Tls = new UpstreamTlsPlan { Trust = new TrustPlan(_stranger.Pem) } };
        proxy.Server.Reload(before with { Upstreams = [stricter], Routes = [before.Routes[0] with { Action = new ProxyAction(stricter) }] });

        Assert.Equal(502, (await client.ExchangeAsync(Story.Get)).Status);
    }

    private static UpstreamPlan UpstreamOf(string name, TlsOrigin origin, UpstreamTlsPlan tls) => new() { Name = name, Servers = [origin.PlanFor()], Tls = tls };

    private static RoutePlan RouteTo(UpstreamPlan upstream) => new()
    {
        Name = upstream.Name,
        Paths = [new PathMatch("/" + upstream.Name, IsPrefix: false)],
        Action = new ProxyAction(upstream),
    };

    private static ServerPlan AsHttps(ServerPlan plan) => plan with { Address = plan.Address with { IsHttps = true } };

    private static ProxyFixture Start(TlsOrigin origin, UpstreamTlsPlan tls) =>
        ProxyFixture.Start(new ProxySetup { UpstreamTls = tls }, new Transcript(), origin.PlanFor());
}
