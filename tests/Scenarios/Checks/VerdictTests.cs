using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;

namespace Sluice.Scenarios.Checks;

/// <summary>When a server is up or down by its checks, and what that means for requests.</summary>
public sealed class VerdictTests
{
    private const int Hour = 3_600_000;

    [Fact]
    public async Task Server_ThatStartsDown_GetsNoRequestBeforeItsFirstSuccess()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { StartsDown = true, Rise = 3 });
        ScriptedClient client = await stage.Proxy.ConnectAsync();

        Assert.Equal("health check: none has succeeded so far", stage.Server.Health.Last.Reason);
        Assert.Equal(503, (await client.ExchangeAsync(Story.Get)).Status);
        await stage.AnswerAsync(CheckStage.Bad);
        Assert.Equal(503, (await client.ExchangeAsync(Story.Get)).Status);
        await stage.AnswerAsync(CheckStage.Good);

        await client.SendAsync(Story.Get);
        await (await stage.Upstream.AcceptAsync()).ServeAsync("at last");
        Assert.Equal("at last", (await client.ReadResponseAsync()).Text);
        Assert.Contains("takes requests again: health check: passed", Assert.Single(stage.Proxy.Messages.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatFails_IsCheckedQuicklyUntilItIsUpAgain()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { IntervalMs = Hour, Fall = 3, Rise = 2 });

        await stage.AnswerAsync(CheckStage.Bad);
        await stage.AnswerAsync(CheckStage.Bad);
        Assert.Equal(Availability.Ready, stage.Server.Health.Availability);
        await stage.AnswerAsync(CheckStage.Bad);
        Assert.Equal((Availability.Unavailable, 3), (stage.Server.Health.Availability, stage.Server.Checks.Last!.InARow));
        await stage.AnswerAsync(CheckStage.Good);
        Assert.Equal(Availability.Unavailable, stage.Server.Health.Availability);
        await stage.AnswerAsync(CheckStage.Good);
        Assert.Equal(Availability.Ready, stage.Server.Health.Availability);

        // Up and sure of it: the next one is an hour away.
        await stage.Health.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(300));
        Assert.Equal(
            ["takes no requests: health check: status 503", "takes requests again: health check: passed"],
            stage.Proxy.Messages.Lines.Select(line => line[line.IndexOf("takes", StringComparison.Ordinal)..]));
    }

    [Trait("Case", "U-45")]
    [Fact]
    public async Task Server_ThatFlaps_StaysWhatItIs()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { Fall = 2, Rise = 2 });

        for (int i = 0; i < 10; i++)
        {
            await stage.AnswerAsync(i % 2 == 0 ? CheckStage.Bad : CheckStage.Good);
        }

        Assert.Empty(stage.Proxy.Messages.Lines);
        Assert.Equal((5, 5, CheckVerdict.Up), (stage.Server.Checks.Passed, stage.Server.Checks.Failed, stage.Server.Health.Checks));
    }

    [Fact]
    public async Task Server_InMaintenance_IsNotChecked_AndGoesOnAsItWas()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);
        await stage.AnswerAsync(CheckStage.Good);

        // One that is on its way is not counted any more.
        ScriptedServerConnection last = await stage.Health.AcceptAsync();
        await last.ReadHeadAsync();
        stage.Server.Health.Set(AdministrativeState.Maintenance, "by a test");
        await last.SendAsync(CheckStage.Bad);
        await last.ExpectGoneAsync();

        await stage.Health.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(300));
        Assert.Equal((1, 0), (stage.Server.Checks.Passed, stage.Server.Checks.Failed));
        stage.Server.Health.Set(AdministrativeState.Ready, "by a test");
        Assert.Equal(Availability.Ready, stage.Server.Health.Availability);
        await stage.AnswerAsync(CheckStage.Good);
    }

    [Fact]
    public async Task Stop_InTheMiddleOfAnything_LeavesNothingBehind()
    {
        for (int i = 0; i < 3; i++)
        {
            await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { Expected = new ExpectedText("never"), Kind = i == 2 ? CheckKind.Grpc : CheckKind.Http });
            ScriptedServerConnection server = await stage.Health.AcceptAsync();
            if (i == 1)
            {
                await server.ReadHeadAsync();
                await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun");
            }
        }
    }

    [Fact]
    public async Task ThousandServers_AreCheckedWithoutHoldingUpRequests()
    {
        // What other programs take of the machine holds workers up as well, but not each time.
        const int tries = 6;
        for (int i = 1; ; i++)
        {
            IReadOnlyList<string> stalls = await CheckAThousandAsync();
            if (stalls.Count == 0)
            {
                return;
            }

            Assert.True(i < tries, string.Join('\n', stalls));
        }
    }

    // Returns what was said of workers that were held up.
    private static async Task<IReadOnlyList<string>> CheckAThousandAsync()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream alive = ScriptedUpstream.Start(transcript);
        int port = alive.Plan.Address.Port;
        HealthCheckPlan check = CheckStage.Fast with { Kind = CheckKind.Tcp, IntervalMs = 1_000, FastIntervalMs = 1_000 };
        ServerPlan[] servers = [alive.Plan, .. Enumerable.Range(0, 999).Select(i => new ServerPlan(new ServerAddress { Host = $"127.9.{i / 250}.{(i % 250) + 1}", Port = port }))];
        var setup = new ProxySetup { HealthCheck = check, Workers = 2, Balance = new BalancePlan(BalancePolicy.LeastRequests) };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, servers);

        await CheckStage.WaitForAsync(proxy.Server, () => proxy.Server.Servers.All(server => server.Checks.Last is not null), "check of each");

        // What the last one says holds a little after it is counted.
        await proxy.SettleAsync();
        Assert.Equal(999, proxy.Server.Servers.Count(server => server.Health.Availability == Availability.Unavailable));
        ServerState left = Assert.Single(proxy.Server.Servers, server => server.Health.Availability == Availability.Ready);
        Assert.Equal(port, left.Address.Port);
        return proxy.Messages.Stalls;
    }
}
