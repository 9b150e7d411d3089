using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Health;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.RealPeers;

/// <summary>Two nginx of which one turns bad, is taken out for long, and comes back as soon as its checks pass.</summary>
public sealed class ReadmissionTests : IAsyncLifetime
{
    private const string Ask = "GET /moody HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private readonly NginxOrigin _moody = new();
    private readonly NginxOrigin _good = new();

    public async Task InitializeAsync()
    {
        await _moody.InitializeAsync();
        await _good.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _moody.DisposeAsync();
        await _good.DisposeAsync();
    }

    [Fact]
    public async Task Nginx_ThatRecovers_IsLetInByItsChecks()
    {
        var setup = new ProxySetup
        {
            Limits = new ProxyLimits { RequestsPerConnectionMax = int.MaxValue },
            HealthCheck = new HealthCheckPlan { Path = "/moody", IntervalMs = 100, FastIntervalMs = 100, TimeoutMs = 20_000, Rise = 2, Fall = 1_000_000 },
            Upstream = upstream => upstream with { Outliers = new OutlierPlan { EjectionTimeMs = 600_000 } },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), _moody.Plan, _good.Plan);
        ServerState server = proxy.Server.Upstreams.Single().Members[0].Server;
        ScriptedClient client = await proxy.ConnectAsync();
        await File.WriteAllTextAsync(_moody.BadMoodFile, "");
        using var deadline = new CancellationTokenSource(Patience.PerTest);
        while (server.Ejection is null)
        {
            Assert.False(deadline.IsCancellationRequested, $"not ejected within {Patience.PerTest.TotalSeconds} s");
            await client.ExchangeAsync(Ask);
        }

        long failed = server.Checks.Failed;
        await HealthStage.WaitUntilAsync(() => server.Checks.Failed >= failed + 2, "some checks");
        Assert.NotNull(server.Ejection);
        File.Delete(_moody.BadMoodFile);
        await HealthStage.WaitUntilAsync(() => server.Health.Availability == Availability.Ready, "let in");

        Assert.Equal("its health checks pass", server.Health.Last.Reason);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await client.ExchangeAsync(Ask)).Status);
        }
    }
}
