using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Health;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Tls;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Checks;

/// <summary>Checks speak TLS as requests do: with the same authorities and the same name.</summary>
public sealed class TlsCheckTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(CheckKind.Http)]
    [InlineData(CheckKind.Tcp)]
    public async Task Certificate_WithTheName_Passes(CheckKind kind)
    {
        using X509Certificate2 certificate = _authority.Issue("api.test").ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture proxy = Start(origin, kind);
        ServerState server = proxy.Server.Servers[0];

        await CheckStage.WaitForAsync(proxy.Server, () => server.Checks.Passed > 1, "check that passes");

        Assert.Equal((0, Availability.Ready), (server.Checks.Failed, server.Health.Availability));

        // The origin may be behind with the end of the handshake, at which a check of TCP has passed already.
        await CheckStage.WaitForAsync(proxy.Server, () => origin.Names.Count > 0, "handshake that the origin has seen to its end");
        Assert.Equal("api.test", origin.Names[0]);
    }

    [Theory]
    [InlineData(CheckKind.Http)]
    [InlineData(CheckKind.Tcp)]
    [InlineData(CheckKind.Grpc)]
    public async Task Certificate_WithAnotherName_IsDownWithTheReason(CheckKind kind)
    {
        using X509Certificate2 certificate = _authority.Issue("other.test").ToX509();
        await using var origin = new TlsOrigin(certificate);
        await using ProxyFixture proxy = Start(origin, kind);

        string line = await proxy.Messages.WaitForAsync("takes no requests");

        Assert.Contains("health check: upstream_certificate_name_mismatch: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(proxy.Messages.Lines, message => !message.Contains("health check", StringComparison.Ordinal));
    }

    private ProxyFixture Start(TlsOrigin origin, CheckKind kind)
    {
        var tls = new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem), ServerName = "api.test" };
        return ProxyFixture.Start(new ProxySetup { HealthCheck = CheckStage.Fast with { Kind = kind }, UpstreamTls = tls }, new Transcript(), origin.PlanFor());
    }
}
