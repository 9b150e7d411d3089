using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Upstreams;

namespace Sluice.Scenarios.Checks;

/// <summary>Checks follow what is reloaded, and what they found out is kept.</summary>
public sealed class CheckReloadTests
{
    [Fact]
    public async Task OtherSettings_KeepTheVerdict_AndHoldFromTheNextCheckOn()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);
        await stage.AnswerAsync(CheckStage.Bad);
        ServerState server = stage.Server;

        stage.Reload(stage.Plan with { Path = "/other", Rise = 2 });

        Assert.Same(server, stage.Server);
        Assert.Equal(Availability.Unavailable, server.Health.Availability);
        await AnswerOtherAsync(stage);
        Assert.Equal(Availability.Unavailable, server.Health.Availability);
        await AnswerOtherAsync(stage);
        await stage.ExpectAsync(Availability.Ready);
        Assert.Equal((2, 1), (server.Checks.Passed, server.Checks.Failed));
    }

    [Fact]
    public async Task SameSettings_GoOnWithTheirRow()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { Fall = 2 });
        await stage.AnswerAsync(CheckStage.Bad);

        ProxyPlan plan = stage.Proxy.Server.Plan;
        stage.Proxy.Server.Reload(plan with { Upstreams = [plan.Upstreams[0] with { SlowStartMs = 1 }] });
        await stage.AnswerAsync(CheckStage.Bad);

        Assert.Equal(Availability.Unavailable, stage.Server.Health.Availability);
    }

    [Fact]
    public async Task NoChecksAnyMore_LetTheServerBackIn()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);
        await stage.AnswerAsync(CheckStage.Bad);

        stage.Reload(null);

        Assert.Equal((Availability.Ready, "it is not checked any more"), (stage.Server.Health.Availability, stage.Server.Health.Last.Reason));
        Assert.Null(stage.Server.Checks.Last);
        await ExpectQuietAsync(stage);
    }

    [Fact]
    public async Task Checks_ThatComeWithAReload_BeginWithServersThatAreUp()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast, setup => setup with { HealthCheck = null });

        stage.Reload(stage.Plan with { StartsDown = true });

        Assert.Equal(Availability.Ready, stage.Server.Health.Availability);
        await stage.AnswerAsync(CheckStage.Bad);
        await stage.ExpectAsync(Availability.Unavailable);
    }

    [Fact]
    public async Task Server_ThatComesWithAReload_StartsDown_AndTheOthersStayUp()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { StartsDown = true });
        await stage.AnswerAsync(CheckStage.Good);
        ServerState first = stage.Server;
        ProxyPlan plan = stage.Proxy.Server.Plan;
        var added = new ServerPlan(new ServerAddress { Host = "127.0.0.2", Port = first.Address.Port });

        stage.Proxy.Server.Reload(plan with { Upstreams = [plan.Upstreams[0] with { Servers = [stage.Upstream.Plan, added] }] });

        ServerState second = stage.Proxy.Server.Servers.Single(server => server != first);
        Assert.Equal((Availability.Ready, Availability.Unavailable), (first.Health.Availability, second.Health.Availability));
    }

    [Fact]
    public async Task Server_ThatIsSpokenWithInAnotherWay_StaysDownUntilItPasses()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);
        await stage.AnswerAsync(CheckStage.Bad);
        ServerState before = stage.Server;
        ProxyPlan plan = stage.Proxy.Server.Plan;

        stage.Proxy.Server.Reload(plan with { Upstreams = [plan.Upstreams[0] with { Http2 = Http2Mode.PriorKnowledge }] });

        Assert.NotSame(before, stage.Server);
        Assert.Equal((Availability.Unavailable, "health check: status 503"), (stage.Server.Health.Availability, stage.Server.Health.Last.Reason));
    }

    [Fact]
    public async Task Server_ThatIsRemoved_IsNotCheckedAnyMore()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);
        await stage.AnswerAsync(CheckStage.Good);
        ProxyPlan plan = stage.Proxy.Server.Plan;

        stage.Proxy.Server.Reload(plan with { Upstreams = [], Routes = [plan.Routes[0] with { Action = new RespondAction(200, [], []) }] });

        await ExpectQuietAsync(stage);
    }

    // A check with the settings from before may have been on its way, and was broken off.
    private static async Task AnswerOtherAsync(CheckStage stage)
    {
        long before = stage.Checked;
        while (stage.Checked == before)
        {
            ScriptedServerConnection connection = await stage.Health.AcceptAsync();
            HttpRequest? request = await TryReadAsync(connection);
            if (request?.Target == "/other")
            {
                await connection.SendAsync(CheckStage.Good);
                await stage.WaitForAsync(_ => stage.Checked > before, "the result of a check");
                await stage.Proxy.SettleAsync();
            }
        }
    }

    private static async Task<HttpRequest?> TryReadAsync(ScriptedServerConnection connection)
    {
        try
        {
            return await connection.ReadHeadAsync();
        }
        catch (ScriptException)
        {
            return null;
        }
    }

    private static async Task ExpectQuietAsync(CheckStage stage)
    {
        // At most one was on its way.
        try
        {
            await stage.Health.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(300));
        }
        catch (ScriptException)
        {
            await stage.Health.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(300));
        }
    }
}
