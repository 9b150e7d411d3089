using System.Diagnostics;
using System.Globalization;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Health;

/// <summary>An upstream that fails as a whole gets a rest.</summary>
public sealed class CircuitBreakerTests
{
    // The ramp is longer than a busy machine keeps a client from asking: one in which nobody asks closes the circuit.
    private static readonly CircuitBreakerPlan Quick = new() { RequestsMin = 10, OpenForMs = 300, RampMs = 2_500 };

    [Trait("Case", "L-17")]
    [Fact]
    public async Task OpenCircuit_AnswersAtOnceAndSendsNothing()
    {
        await using var bad = new MoodyOrigin(500);
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream with { CircuitBreaker = new CircuitBreakerPlan() }, bad.Plan);
        await stage.AskUntilAsync(() => State(stage) == CircuitState.Open, "open");
        int before = bad.Requests;

        double bestMs = double.MaxValue;
        for (int i = 0; i < 50; i++)
        {
            long start = Stopwatch.GetTimestamp();
            HttpResponse response = await stage.AskAsync();
            bestMs = Math.Min(bestMs, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Assert.Equal(503, response.Status);
            Assert.InRange(int.Parse(response["Retry-After"]!, CultureInfo.InvariantCulture), 1, 10);
        }

        Assert.Equal(before, bad.Requests);
        Assert.InRange(bestMs, 0, 100);
        IReadOnlyList<AccessLogEntry> refused = await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Error == "circuit_open", 50);
        Assert.All(refused, entry => Assert.Equal((ProxySetup.UpstreamName, null), (entry.Text("upstream"), entry.Text("server"))));
        await stage.Proxy.Messages.WaitForAsync("upstream origin: the circuit is open for 10 s: 100 % of ");
    }

    [Fact]
    public async Task Circuit_WithTooFewRequests_StaysClosed()
    {
        await using var bad = new MoodyOrigin(500);
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream with { CircuitBreaker = Quick with { RequestsMin = 1_000 } }, bad.Plan);

        Assert.All(await stage.AskAsync(200), status => Assert.Equal(500, status));

        Assert.Equal((CircuitState.Closed, 200), (State(stage), bad.Requests));
    }

    [Fact]
    public async Task Upstream_ThatRecovers_GetsItsRequestsBack()
    {
        await using var moody = new MoodyOrigin(502);
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream with { CircuitBreaker = Quick }, moody.Plan);
        await stage.AskUntilAsync(() => State(stage) == CircuitState.Open, "open");
        moody.Status = 200;
        int before = moody.Requests;

        await stage.AskUntilAsync(() => State(stage) == CircuitState.Closed, "closed");

        Assert.True(moody.Requests > before, "The first requests of the ramp reach it.");
        Assert.All(await stage.AskAsync(20), status => Assert.Equal(200, status));
        Assert.Equal(1, stage.Upstream.Circuit!.Opened);
        await stage.Proxy.Messages.WaitForAsync("the circuit is closed: requests go well again");
    }

    [Fact]
    public async Task Upstream_ThatIsNoBetter_RestsForTwiceAsLong()
    {
        using var dead = new DeadServer();
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream with { CircuitBreaker = Quick }, dead.Plan);

        await stage.AskUntilAsync(() => stage.Upstream.Circuit!.Opened >= 2, "opened twice");

        await stage.Proxy.Messages.WaitForAsync("the circuit is open for 0.3 s: ");
        await stage.Proxy.Messages.WaitForAsync("the circuit is open for 0.6 s: ");
    }

    [Fact]
    public async Task Server_ThatAnotherOneStandsInFor_DoesNotOpenIt()
    {
        using var dead = new DeadServer();
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream with { Outliers = null, CircuitBreaker = Quick }, dead.Plan, good.Plan);
        var clock = Stopwatch.StartNew();

        await stage.AskUntilAsync(() => clock.ElapsedMilliseconds > 500 && good.Requests > 40, "some time and requests");

        Assert.Equal((CircuitState.Closed, 0L), (State(stage), stage.Upstream.Circuit!.Opened));
    }

    [Fact]
    public async Task Reload_ThatKeepsThePlan_KeepsTheCircuitOpen()
    {
        await using var bad = new MoodyOrigin(500);
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream with { CircuitBreaker = new CircuitBreakerPlan() }, bad.Plan);
        await stage.AskUntilAsync(() => State(stage) == CircuitState.Open, "open");

        stage.Proxy.Server.Reload(
            new ProxySetup { Upstream = upstream => upstream with { SlowStartMs = 1_000, CircuitBreaker = new CircuitBreakerPlan() } }.ToPlan([bad.Plan]));

        Assert.Equal(503, (await stage.AskAsync()).Status);
        Assert.Equal(1, stage.Upstream.Circuit!.Opened);
    }

    private static CircuitState State(HealthStage stage) => stage.Upstream.Circuit!.Phase.State;
}
