using System.Globalization;
using Sluice.Config;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Health;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Samples;

/// <summary>The sample of outlier detection and circuit breakers does what it says.</summary>
public sealed class OutlierSampleTests
{
    [Fact]
    public async Task OutliersAndCircuitBreaker_Sample_KeepsRequestsFromBadServers()
    {
        await using var bad = new MoodyOrigin(500);
        await using var one = new MoodyOrigin();
        await using var two = new MoodyOrigin();
        await using var reports = new MoodyOrigin(500);
        string text = SampleProxy.ReadText("outliers-and-circuit-breaker.yaml");
        foreach ((int port, MoodyOrigin origin) in new (int, MoodyOrigin)[] { (3001, bad), (3002, one), (3003, two), (3000, reports) })
        {
            text = text.Replace($":{port}", $":{origin.Plan.Address.Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal);
        }

        ProxyPlan plan = ConfigLoader.LoadText(text, "sample").Plan ?? throw new InvalidOperationException("the sample has errors");
        await using ProxyFixture proxy = ProxyFixture.Start(plan, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        ServerState worst = proxy.Server.Servers.Single(server => server.Address == bad.Plan.Address);
        await AskUntilAsync(client, "/", () => worst.Ejection is not null);
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(200, (await AskAsync(client, "/")).Status);
        }

        UpstreamState upstream = proxy.Server.Upstreams.Single(state => state.Plan.Name == "reports");
        await AskUntilAsync(client, "/reports/x", () => upstream.Circuit!.Phase.State == CircuitState.Open);
        HttpResponse response = await AskAsync(client, "/reports/x");
        Assert.Equal(503, response.Status);
        Assert.InRange(int.Parse(response["Retry-After"]!, CultureInfo.InvariantCulture), 1, 5);
        Assert.Equal(200, (await AskAsync(client, "/")).Status);
    }

    private static Task<HttpResponse> AskAsync(ScriptedClient client, string target) =>
        client.ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n\r\n");

    private static async Task AskUntilAsync(ScriptedClient client, string target, Func<bool> isSo)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        while (!isSo())
        {
            Assert.False(deadline.IsCancellationRequested, $"{target} was asked for {Patience.PerStep.TotalSeconds} s in vain");
            await AskAsync(client, target);
        }
    }
}
