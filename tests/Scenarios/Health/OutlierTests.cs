using System.Diagnostics;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Health;

/// <summary>Servers whose answers are worse than those of their siblings get no requests for a while.</summary>
public sealed class OutlierTests
{
    [Fact]
    public async Task Server_ThatAnswers500ToEverything_IsTakenOutWithinASecond()
    {
        await using var bad = new MoodyOrigin(500);
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream, bad.Plan, good.Plan);
        var clock = Stopwatch.StartNew();

        await stage.AskUntilAsync(() => stage.Upstream.Members[0].Server.Ejection is not null, "ejected");

        // A second, and some more for a machine that is busy with other things.
        Assert.InRange(clock.ElapsedMilliseconds, 0, 15_000);
        int before = bad.Requests;
        Assert.All(await stage.AskAsync(50), status => Assert.Equal(200, status));
        Assert.Equal(before, bad.Requests);
        Assert.Equal(OutlierCause.ConsecutiveErrors, stage.Upstream.Members[0].Server.Ejection!.Cause);
        Assert.Contains("takes no requests: ejected for 30 s: ", await stage.Proxy.Messages.WaitForAsync("status 500"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatRecovers_GetsRequestsAgain()
    {
        await using var moody = new MoodyOrigin(503);
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(
            upstream => upstream with { Outliers = new OutlierPlan { EjectionTimeMs = 200 } }, moody.Plan, good.Plan);
        await stage.AskUntilAsync(() => stage.Upstream.Members[0].Server.Ejection is not null, "ejected");
        moody.Status = 200;
        int before = moody.Requests;

        await stage.AskUntilAsync(() => moody.Requests > before, "asked again");

        await stage.Proxy.Messages.WaitForAsync("takes requests again: the time of its ejection is over");
        Assert.All(await stage.AskAsync(20), status => Assert.Equal(200, status));
        Assert.True(moody.Requests >= before + 10);
    }

    [Fact]
    public async Task Server_ThatRefusesConnections_IsTakenOut()
    {
        using var dead = new DeadServer();
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream, dead.Plan, good.Plan);

        await stage.AskUntilAsync(() => stage.Upstream.Members[0].Server.Ejection is not null, "ejected");

        Assert.Contains("connect_refused", stage.Upstream.Members[0].Server.Ejection!.Reason, StringComparison.Ordinal);
        await stage.AskAsync(10);
        IReadOnlyList<AccessLogEntry> entries = await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Number("attempts") == 1, 10);
        Assert.All(entries.TakeLast(10), entry => Assert.Equal(200, entry.Status));
    }

    [Fact]
    public async Task Servers_ThatFailAlike_AllStay()
    {
        await using var one = new MoodyOrigin(500);
        await using var other = new MoodyOrigin(500);
        await using HealthStage stage = await HealthStage.StartAsync(
            upstream => upstream with { Outliers = new OutlierPlan { IntervalMs = 400, RequestsMin = 10 } }, one.Plan, other.Plan);
        var clock = Stopwatch.StartNew();

        // Several intervals, each with its evaluation. Ten of them without a request, and the first server that is asked then had none to be compared with.
        await stage.AskUntilAsync(() => clock.ElapsedMilliseconds > 2_000 && Math.Min(one.Requests, other.Requests) > 40, "some intervals and requests");

        Assert.All(stage.Upstream.Members, member => Assert.Equal(Availability.Ready, member.Server.Health.Availability));
        Assert.Equal(0, Enum.GetValues<OutlierCause>().Sum(stage.Upstream.Health.Ejections.Of));
    }

    [Fact]
    public async Task Server_OfWhichClientsGoAway_StaysIn()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream slow = ScriptedUpstream.Start(transcript, "slow");
        await using var good = new MoodyOrigin();
        var setup = new ProxySetup
        {
            Balance = new BalancePlan(BalancePolicy.First),
            Upstream = upstream => upstream with { Outliers = new OutlierPlan { ConsecutiveErrors = 2, IntervalMs = 100, RequestsMin = 1 } },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, slow.Plan, good.Plan);
        for (int i = 0; i < 6; i++)
        {
            ScriptedClient client = await proxy.ConnectAsync($"hasty{i}");
            await client.SendAsync(Story.Get);
            ScriptedServerConnection server = await slow.AcceptAsync();
            await server.ReadHeadAsync();
            client.Close();
            await server.ExpectGoneAsync();
        }

        await proxy.AccessLog.WaitForAsync(entry => entry.Error == "client_gone", 6);
        Assert.Equal(Availability.Ready, proxy.Server.Upstreams.Single().Members[0].Server.Health.Availability);
        Assert.Equal(0, good.Requests);
    }

    [Fact]
    public async Task Reload_ThatSwitchesItOff_LetsTheServerIn()
    {
        await using var bad = new MoodyOrigin(500);
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream, bad.Plan, good.Plan);
        await stage.AskUntilAsync(() => stage.Upstream.Members[0].Server.Ejection is not null, "ejected");

        stage.Proxy.Server.Reload(new ProxySetup { Upstream = upstream => upstream with { Outliers = null } }.ToPlan([bad.Plan, good.Plan]));

        await HealthStage.WaitUntilAsync(() => stage.Upstream.Members[0].Server.Health.Availability == Availability.Ready, "let in");
        int before = bad.Requests;
        await stage.AskAsync(100);
        Assert.Equal(before + 50, bad.Requests);
    }

    [Fact]
    public async Task Reload_ThatKeepsTheServer_KeepsItOut()
    {
        await using var bad = new MoodyOrigin(500);
        await using var good = new MoodyOrigin();
        await using HealthStage stage = await HealthStage.StartAsync(upstream => upstream, bad.Plan, good.Plan);
        await stage.AskUntilAsync(() => stage.Upstream.Members[0].Server.Ejection is not null, "ejected");
        Ejection ejection = stage.Upstream.Members[0].Server.Ejection!;

        stage.Proxy.Server.Reload(new ProxySetup { Upstream = upstream => upstream with { SlowStartMs = 1_000 } }.ToPlan([bad.Plan, good.Plan]));

        Assert.Same(ejection, stage.Upstream.Members[0].Server.Ejection);
        int before = bad.Requests;
        Assert.All(await stage.AskAsync(20), status => Assert.Equal(200, status));
        Assert.Equal(before, bad.Requests);
    }
}
