using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Retries;
using Sluice.Scenarios.Health;

namespace Sluice.Scenarios.Retries;

/// <summary>A second server is asked while the first has not answered: who wins, who is broken off, and what that says of either.</summary>
public sealed class HedgeTests
{
    private const int KnownTimes = 100;
    private const string Busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";

    private static readonly RetryPlan Soon = RetryStage.On(RetryConditions.None) with { Hedge = new HedgePlan(20) };

    [Fact]
    public async Task SecondServer_ThatAnswersFirst_IsPassedOn()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, HttpRequest first) = await stage.OpenAsync("GET /a?b HTTP/1.1\r\nHost: a.test\r\nX-Own: 1\r\n\r\n");
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        HttpRequest second = await two.ReadRequestAsync();
        await two.SendAsync("HTTP/1.1 200 OK\r\nX-From: two\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n");
        HttpResponse head = await client.ReadHeadAsync();
        await one.ExpectGoneAsync();
        await two.SendAsync("2\r\n!!\r\n0\r\n\r\n");

        Assert.Equal((200, "two", "fine!!"), (head.Status, head["X-From"], Bytes.Text(await client.ContentOf(head).ReadRestAsync())));
        Assert.Equal((first.StartLine, first["X-Own"], first["X-Forwarded-For"]), (second.StartLine, second["X-Own"], second["X-Forwarded-For"]));
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((200, 2d, "won", null), (line.Status, line.Number("attempts"), line.Text("hedge"), line.Error));
        Assert.Equal(stage.Two.Plan.Address.ToString(), line.Text("server"));
        await ExpectCountsAsync(stage, hedges: 1, won: 1);

        // Its connection goes on like any other.
        await client.SendAsync(Story.Get);
        await (await stage.One.AcceptAsync()).ReadRequestAsync();
        await two.ServeAsync("again");
        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task FirstServer_ThatAnswersFirst_IsPassedOn()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await one.RespondAsync("one");

        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        await two.ExpectGoneAsync();
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((200, 2d, "lost", null), (line.Status, line.Number("attempts"), line.Text("hedge"), line.Error));
        await ExpectCountsAsync(stage, hedges: 1, won: 0);

        await client.SendAsync(Story.Get);
        await one.ServeAsync("again");
        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Server_ThatAnswersInTime_IsTheOnlyOne()
    {
        await using RetryStage stage = RetryStage.Begin(Soon with { Hedge = new HedgePlan(600_000) });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.RespondAsync("one");

        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((1d, null), (line.Number("attempts"), line.Text("hedge")));
        Assert.Equal(0, stage.Two.AcceptedCount);
        await ExpectCountsAsync(stage, hedges: 0, won: 0);
    }

    [Fact]
    public async Task Loser_IsNoFailureOfItsServer()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        const int Times = 7;
        ScriptedServerConnection? two = null;
        for (int i = 0; i < Times; i++)
        {
            (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
            two ??= await stage.Two.AcceptAsync();
            await two.ServeAsync("two");
            Assert.Equal("two", (await client.ReadResponseAsync()).Text);
            await one.ExpectGoneAsync();
        }

        Assert.All(stage.Proxy.Server.Servers, server => Assert.Equal((Availability.Ready, null), (server.Health.Availability, server.Ejection)));
        await ExpectCountsAsync(stage, hedges: Times, won: Times);
    }

    [Fact]
    public async Task ClientGone_WhileBothAreAsked_BreaksBothOff()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        client.Reset();

        await one.ExpectGoneAsync();
        await two.ExpectGoneAsync();
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((499, "client_gone", 2d), (line.Status, line.Error, line.Number("attempts")));
        await ExpectCountsAsync(stage, hedges: 1, won: 0);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("close")]
    [InlineData("HTTP/9.9 what\r\n\r\n")]
    public async Task FirstServer_ThatFailsMeanwhile_IsMadeGoodByTheSecond(string end)
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await EndAsync(one, end);
        await EndOfTryAsync(stage, server: 0);
        await two.RespondAsync("two");

        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((200, 2d, "won", null), (line.Status, line.Number("attempts"), line.Text("hedge"), line.Error));
        await ExpectCountsAsync(stage, hedges: 1, won: 1);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("close")]
    [InlineData(Busy)]
    public async Task SecondServer_ThatFails_LeavesTheFirst(string end)
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await EndAsync(two, end);
        await EndOfTryAsync(stage, server: 1);
        await one.RespondAsync("one");

        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        Assert.Equal((2d, "lost"), (await stage.LogLineAsync()) is { } line ? (line.Number("attempts"), line.Text("hedge")) : default);
        await ExpectCountsAsync(stage, hedges: 1, won: 0);
    }

    [Fact]
    public async Task BothServers_ThatFail_GiveTheClientTheErrorOfTheFirst()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await one.SendAsync("HTTP/9.9 what\r\n\r\n");
        await one.ExpectGoneAsync();
        two.Reset();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal(("response_invalid", 2d, "lost"), (line.Error, line.Number("attempts"), line.Text("hedge")));
        await ExpectCountsAsync(stage, hedges: 1, won: 0);
    }

    [Fact]
    public async Task BothServers_ThatFail_LeaveTheRequestToARetry()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Reset) with { Hedge = new HedgePlan(20), AttemptsMax = 3 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        two.Reset();
        await EndOfTryAsync(stage, server: 1);
        one.Reset();
        ScriptedServerConnection again = await stage.One.AcceptAsync();
        await again.ServeAsync("again");

        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, stage.Retries.CountOf(RetryReason.Reset));
    }

    [Fact]
    public async Task StatusThatIsRetried_WhileTheSecondIsAsked_WaitsForThat()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(new StatusSpan(503, 503)) with { Hedge = new HedgePlan(20) });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await one.SendAsync(Busy);
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
        await two.RespondAsync("two");

        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        await ExpectCountsAsync(stage, hedges: 1, won: 1);
    }

    [Fact]
    public async Task ClientGone_WhileTheSecondIsToMakeGood_BreaksItOff()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(new StatusSpan(503, 503)) with { Hedge = new HedgePlan(20) });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await one.SendAsync(Busy);
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
        client.Reset();

        await two.ExpectGoneAsync();
        await one.ExpectGoneAsync();
        Assert.Equal((499, "client_gone"), (await stage.LogLineAsync()) is { } line ? (line.Status, line.Error) : default);
        await ExpectCountsAsync(stage, hedges: 1, won: 0);
    }

    [Fact]
    public async Task TimeOfTheWholeRequest_BreaksBothOff()
    {
        await using RetryStage stage = RetryStage.Begin(Soon, new ProxyLimits { RequestTimeoutMs = 5_000 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        await one.ExpectGoneAsync();
        await two.ReadRequestAsync();
        await two.ExpectGoneAsync();
        Assert.Equal("request_timeout", (await stage.LogLineAsync()).Error);
        await ExpectCountsAsync(stage, hedges: 1, won: 0);
    }

    [Fact]
    public async Task TimeOfTheFirstAttempt_LeavesTheSecond()
    {
        // As much time before the end of the first attempt as before that of the second.
        await using RetryStage stage = RetryStage.Begin(Soon with { Hedge = new HedgePlan(3_000), PerTryTimeoutMs = 6_000 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await one.ExpectGoneAsync();
        await two.RespondAsync("two");

        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        await ExpectCountsAsync(stage, hedges: 1, won: 1);
    }

    [Fact]
    public async Task InterimResponseOfTheFirst_BreaksTheSecondOff()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await one.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        Assert.Equal(103, (await client.ReadHeadAsync()).Status);
        await two.ExpectGoneAsync();
        await one.RespondAsync("one");

        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        await ExpectCountsAsync(stage, hedges: 1, won: 0);
    }

    [Fact]
    public async Task InterimResponseOfTheSecond_GoesToNobody()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await two.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");

        Assert.Equal((200, "two"), (await client.ReadResponseAsync()) is { } response ? (response.Status, response.Text) : default);
        await one.ExpectGoneAsync();
    }

    [Theory]
    [InlineData("PUT", "Content-Length: 5\r\n\r\nhello")]
    [InlineData("DELETE", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: yes\r\n\r\n")]
    public async Task ContentThatCameWithTheHead_GoesToBoth(string method, string rest)
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, HttpRequest first) = await stage.OpenAsync($"{method} /a HTTP/1.1\r\nHost: a.test\r\n{rest}");
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        HttpRequest second = await two.ReadRequestAsync();
        await two.RespondAsync("two");

        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        Assert.Equal(("hello", "hello"), (Bytes.Text(first.Content), Bytes.Text(second.Content)));
        Assert.Equal(first.Trailers, second.Trailers);
        await one.ExpectGoneAsync();
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")]
    public async Task RequestThatGoesToOneServerOnly_IsNotHedged(string request)
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(request);
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        await one.ReadHeadAsync();

        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
        await one.RespondAsync("one");
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task PostThatMayBeRepeated_IsHedged()
    {
        await using RetryStage stage = RetryStage.Begin(Soon with { NonIdempotent = true });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        HttpRequest second = await (await stage.Two.AcceptAsync()).ServeAsync("two");

        Assert.Equal(("two", "hello"), ((await client.ReadResponseAsync()).Text, Bytes.Text(second.Content)));
        await one.ExpectGoneAsync();
    }

    [Fact]
    public async Task ContentThatIsStillComing_GoesToOne()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        await one.ReadHeadAsync();
        await one.ExpectAsync("hello");

        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
        await client.SendAsync("world");
        await one.ExpectAsync("world");
        await one.RespondAsync("one");
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 0)]
    public async Task Hedge_BeyondAttemptsOrBudget_IsNotMade(int budgetMin, int attempts)
    {
        await using RetryStage stage = RetryStage.Begin(Soon with { BudgetMin = budgetMin, BudgetPercent = 0, AttemptsMax = attempts });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();

        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
        await one.RespondAsync("one");
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        Assert.Equal(attempts == 0 ? 0 : 1, stage.Retries.Exhausted);
        await ExpectCountsAsync(stage, hedges: 0, won: 0);
    }

    [Fact]
    public async Task ServerThatCannotBeConnectedTo_IsNotWaitedFor()
    {
        using UnreachableServer nowhere = await UnreachableServer.StartAsync();
        await using RetryStage stage = RetryStage.BeginWith(Soon, (_, two) => [nowhere.Plan, two]);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        await (await stage.Two.AcceptAsync()).ServeAsync("two");

        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        await ExpectCountsAsync(stage, hedges: 1, won: 1);
    }

    [Fact]
    public async Task Stop_WhileBothAreAsked_LetsTheAnswerThrough()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();

        Task<bool> stopping = stage.Proxy.StopAsync(TimeSpan.FromSeconds(20));
        await two.RespondAsync("two");
        Assert.Equal("two", (await client.ReadResponseAsync()).Text);

        await one.ExpectGoneAsync();
        Assert.True(await stopping);
    }

    [Fact]
    public async Task Stop_WithoutGrace_EndsBoth()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (_, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();

        await stage.Proxy.StopAsync(TimeSpan.Zero);

        await one.ExpectGoneAsync();
        await two.ExpectGoneAsync();
    }

    [Fact]
    public async Task Quantile_OfTheTimesThatAreKnown_IsTheDelay()
    {
        await using RetryStage stage = RetryStage.Begin(Soon with { Hedge = new HedgePlan(0, 9_900) });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.RespondAsync("first");
        Assert.Equal("first", (await client.ReadResponseAsync()).Text);
        for (int i = 1; i < KnownTimes; i++)
        {
            await client.SendAsync(Story.Get);
            await one.ServeAsync("quick");
            Assert.Equal("quick", (await client.ReadResponseAsync()).Text);
        }

        // It takes longer than any before, however long those took.
        await client.SendAsync(Story.Get);
        await one.ReadRequestAsync();
        await (await stage.Two.AcceptAsync()).ServeAsync("two");
        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, stage.Retries.HedgesWon);
    }

    // A response may be read before the proxy has done with it.
    private static async Task ExpectCountsAsync(RetryStage stage, int hedges, int won)
    {
        await HealthStage.WaitUntilAsync(() => stage.Proxy.Server.Servers.All(server => server.ActiveRequests == 0), "the end of all tries");
        Assert.Equal((hedges, won), (stage.Retries.CountOf(RetryReason.Hedge), stage.Retries.HedgesWon));
    }

    private static Task EndOfTryAsync(RetryStage stage, int server) =>
        HealthStage.WaitUntilAsync(() => stage.Proxy.Server.Servers[server].ActiveRequests == 0, "the end of a try");

    private static async Task EndAsync(ScriptedServerConnection server, string end)
    {
        switch (end)
        {
            case "reset":
                server.Reset();
                break;
            case "close":
                server.ShutdownSend();
                break;
            default:
                await server.SendAsync(end);
                break;
        }
    }
}
