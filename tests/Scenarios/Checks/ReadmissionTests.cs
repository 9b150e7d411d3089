using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Health;

namespace Sluice.Scenarios.Checks;

/// <summary>A server that went out because of its answers comes back when its checks pass, if they know what they say.</summary>
public sealed class ReadmissionTests
{
    private const int NotWithinThisTest = 600_000;

    private static readonly HealthCheckPlan Check = new() { Path = MoodyOrigin.CheckPath, IntervalMs = 50, FastIntervalMs = 50, TimeoutMs = 20_000, Rise = 2, Fall = 2 };

    [Fact]
    public async Task Server_ThatRecovers_ComesBackSlowlyWithItsChecks()
    {
        await using var moody = new MoodyOrigin(500) { CheckStatus = 500 };
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(Plan(Check with { Fall = 1_000_000 }, slowStartMs: NotWithinThisTest), moody.Plan, good.Plan);
        ServerState server = stage.Upstream.Members[0].Server;
        await stage.AskUntilAsync(() => server.Ejection is not null, "ejected");
        long failed = server.Checks.Failed;
        await HealthStage.WaitUntilAsync(() => server.Checks.Failed >= failed + 3, "some checks");
        Assert.NotNull(server.Ejection);

        moody.CheckStatus = 200;
        moody.Status = 200;
        await HealthStage.WaitUntilAsync(() => server.Health.Availability == Availability.Ready, "let in");

        Assert.Null(server.Ejection);
        await stage.Proxy.Messages.WaitForAsync("takes requests again: its health checks pass");
        int before = moody.Requests;
        await stage.AskUntilAsync(() => moody.Requests > before, "asked again");
        await stage.AskAsync(100);
        Assert.InRange(moody.Requests - before, 1, 30);
    }

    [Fact]
    public async Task Server_ThatIsDownByItsChecksToo_ComesBackWithThem()
    {
        await using var moody = new MoodyOrigin(503) { CheckStatus = 503 };
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(Plan(Check), moody.Plan, good.Plan);
        ServerState server = stage.Upstream.Members[0].Server;
        await stage.AskUntilAsync(() => server.Ejection is not null || server.Health.Checks == CheckVerdict.Down, "out");
        await HealthStage.WaitUntilAsync(() => server.Health.Checks == CheckVerdict.Down, "down");

        moody.CheckStatus = 200;
        moody.Status = 200;
        await HealthStage.WaitUntilAsync(() => server.Health.Availability == Availability.Ready, "let in");

        int before = moody.Requests;
        await stage.AskUntilAsync(() => moody.Requests > before, "asked again");
        Assert.Null(server.Ejection);
    }

    [Fact]
    public async Task Server_WhoseChecksSeeNothing_StaysOutTheSecondTime()
    {
        await using var moody = new MoodyOrigin(500);
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(Plan(Check), moody.Plan, good.Plan);
        ServerState server = stage.Upstream.Members[0].Server;
        EjectionCounts counts = stage.Upstream.Health.Ejections;
        await stage.AskUntilAsync(() => counts.Of(OutlierCause.ConsecutiveErrors) == 2, "ejected twice");
        Ejection second = server.Ejection!;
        long passed = server.Checks.Passed;

        await HealthStage.WaitUntilAsync(() => server.Checks.Passed >= passed + 6, "some checks");

        Assert.Same(second, server.Ejection);
        Assert.All(await stage.AskAsync(20), status => Assert.Equal(200, status));
    }

    [Fact]
    public async Task Checks_ThatAreNotAskedAboutIt_LeaveTheServerOut()
    {
        await using var moody = new MoodyOrigin(500);
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(
            upstream => Plan(Check)(upstream) with { Outliers = new OutlierPlan { EjectionTimeMs = NotWithinThisTest, ReadmitByChecks = false } }, moody.Plan, good.Plan);
        ServerState server = stage.Upstream.Members[0].Server;
        await stage.AskUntilAsync(() => server.Ejection is not null, "ejected");
        long passed = server.Checks.Passed;

        await HealthStage.WaitUntilAsync(() => server.Checks.Passed >= passed + 6, "some checks");

        Assert.NotNull(server.Ejection);
    }

    private static Func<UpstreamPlan, UpstreamPlan> Plan(HealthCheckPlan check, int slowStartMs = 0) => upstream => upstream with
    {
        HealthCheck = check,
        SlowStartMs = slowStartMs,
        Outliers = new OutlierPlan { EjectionTimeMs = NotWithinThisTest },
    };
}
