using System.Diagnostics;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Plans;
using Sluice.Reactor;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Overload;

/// <summary>What a proxy does step by step when it runs short of something (L-10 to L-18), and that it ends.</summary>
/// <remarks>Alone: a proxy that is short of memory has the collector stop the whole process, and one that is late takes a core.</remarks>
[CollectionDefinition(nameof(OverloadTests), DisableParallelization = true)]
[Collection(nameof(OverloadTests))]
public sealed class OverloadTests
{
    private const string GetLow = "GET /low HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string GetHigh = "GET /high HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string GetCritical = "GET /critical HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private const int Tries = 4;

    // What an idle connection is kept for under pressure, and a bit less.
    private static readonly TimeSpan Kept = TimeSpan.FromMilliseconds(1_900);

    private static readonly ProxySetup Calm = new()
    {
        Overload = MemoryPressure.None,
        Http2 = Http2Mode.PriorKnowledge,
        Routes = [RouteOf("/low", PriorityClass.Low), RouteOf("/high", PriorityClass.High), RouteOf("/critical", PriorityClass.Critical)],
    };

    [Fact]
    public async Task IdleConnections_UnderPressure_EndSoonThoughTheyWereIdleBefore()
    {
        await using Story story = Story.Begin(Calm);
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        Http2Peer http2 = await story.Proxy.ConnectHttp2Async();
        Assert.Equal(200, (await http2.GetAsync("/critical")).Status);

        Load(story, MemoryPressure.UpTo(OverloadStep.ReduceTimeouts));
        await story.Proxy.Messages.WaitForAsync("overload: reduce_timeouts begins: memory at ");

        await client.ExpectClosedAsync();
        await server.ExpectClosedAsync();
        await http2.ExpectGoAwayAsync(ErrorCode.NoError);
        await story.Proxy.ExpectConnectionsAsync(0);
    }

    [Fact]
    public Task IdleConnections_AfterThePressure_AreKeptAsBefore() =>
        InTimeAsync(async () =>
        {
            await using Story story = Story.Begin(Calm with { Overload = MemoryPressure.UpTo(OverloadStep.ReduceTimeouts) });
            await story.Proxy.Messages.WaitForAsync("overload: reduce_timeouts begins");
            (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

            Load(story, MemoryPressure.None);
            await story.Proxy.Messages.WaitForAsync("overload: reduce_timeouts ends");
            await server.ExpectSilenceAsync(TimeSpan.FromMilliseconds(2_500));

            await client.SendAsync(Story.Get);
            await server.ServeAsync("again");
            Assert.Equal("again", (await client.ReadResponseAsync()).Text);
        });

    [Fact]
    public Task Pools_UnderPressure_CloseWhatIsIdleAndServeOn() =>
        InTimeAsync(async () =>
        {
            await using Story story = Story.Begin(Calm);
            (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

            Load(story, MemoryPressure.UpTo(OverloadStep.Shrink));
            await story.Proxy.Messages.WaitForAsync("overload: shrink begins: memory at ");
            await server.ExpectClosedAsync();

            await client.SendAsync(Story.Get);
            ScriptedServerConnection another = await story.AcceptAsync();
            await another.ServeAsync("served");
            HttpResponse response = await client.ReadResponseAsync();
            Assert.Equal(("served", null), (response.Text, response["Connection"]));
        });

    [Fact]
    public Task Connections_UnderPressure_EndWithTheRequestInProgress() =>
        InTimeAsync(async () =>
        {
            await using Story story = Story.Begin(Calm);
            (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
            Http2Peer http2 = await story.Proxy.ConnectHttp2Async();
            Assert.Equal(200, (await http2.GetAsync("/critical")).Status);

            Load(story, MemoryPressure.UpTo(OverloadStep.Close));
            await story.Proxy.Messages.WaitForAsync("overload: close begins: memory at ");
            await server.RespondAsync("finished");
            Assert.Equal("finished", (await client.ReadResponseAsync()).Text);

            HttpResponse last = await client.ExchangeAsync(GetCritical);
            Assert.Equal((200, "close"), (last.Status, last["Connection"]));
            await client.ExpectClosedAsync();
            Assert.Equal(200, (await http2.GetAsync("/critical")).Status);
            WireFrame goAway = await http2.ExpectGoAwayAsync(ErrorCode.NoError);
            Assert.Equal(3u, goAway.LastStream);
        });

    [Trait("Case", "L-11")]
    [Fact]
    public async Task Requests_UnderPressure_AreTurnedAwayByTheirPriorityBeforeAServerSeesThem()
    {
        await using Story story = Story.Begin(Calm with { Overload = MemoryPressure.UpTo(OverloadStep.Shed) });
        await story.Proxy.Messages.WaitForAsync("overload: shed begins: memory at ");

        Assert.Equal((503, "1", "close"), await AskAsync(story, Story.Get));
        Assert.Equal((503, "1", "close"), await AskAsync(story, GetLow));
        Assert.Equal((200, null, "close"), await AskAsync(story, GetHigh));
        Assert.Equal((200, null, "close"), await AskAsync(story, GetCritical));
        Http2Peer http2 = await story.Proxy.ConnectHttp2Async();
        HttpResponse overHttp2 = await http2.GetAsync();
        Assert.Equal((503, "1"), (overHttp2.Status, overHttp2["Retry-After"]));

        AccessLogEntry line = await story.LogLineAsync(entry => entry.Path == "/low");
        Assert.Equal((503, "overloaded"), (line.Status, line.Error));
        Assert.Equal(0, story.Upstream.AcceptedCount);
        Assert.Equal((1, 2, 0), (story.Proxy.Server.ShedOf(PriorityClass.Low), story.Proxy.Server.ShedOf(PriorityClass.Normal), story.Proxy.Server.ShedOf(PriorityClass.High)));
    }

    [Fact]
    public async Task Call_OfGrpcUnderPressure_IsUnavailable()
    {
        await using Story story = Story.Begin(Calm with { Overload = MemoryPressure.UpTo(OverloadStep.Shed) });
        await story.Proxy.Messages.WaitForAsync("overload: shed begins");
        Http2Peer client = await story.Proxy.ConnectHttp2Async();

        HttpResponse response = await client.GetAsync("/a.B/C", "POST", ("content-type", "application/grpc"), ("te", "trailers"));

        Assert.Equal((200, "14"), (response.Status, response["grpc-status"]));
    }

    [Trait("Case", "L-11")]
    [Fact]
    public async Task Canaries_OfACriticalRouteUnderPressure_NoticeNothing()
    {
        await using Story story = Story.Begin(Calm);
        await using Canary http1 = Canary.Start(story.Proxy.EndPoint, "/critical");
        await using Canary http2 = Canary.StartHttp2(story.Proxy.EndPoint, path: "/critical");
        await http1.ExpectAliveAsync();

        for (int round = 0; round < 3; round++)
        {
            Load(story, MemoryPressure.UpTo(OverloadStep.Shed));
            await WaitForAsync(story, state => state.Is(OverloadStep.Shed));
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal((503, "1", "close"), await AskAsync(story, GetLow));
            }

            await http1.ExpectAliveAsync();
            await http2.ExpectAliveAsync();
            Load(story, MemoryPressure.None);
            await WaitForAsync(story, state => state.Step == OverloadStep.None);
            Assert.Equal((200, null, null), await AskAsync(story, GetLow));
        }

        await http1.ExpectAliveAsync();
        Assert.Empty(http1.Failures);
        Assert.Empty(http2.Failures);
        Assert.Equal(300, story.Proxy.Server.ShedOf(PriorityClass.Low));
    }

    [Fact]
    public Task Connections_WhenNothingIsLeft_AreRefusedUntilThereIs() =>
        InTimeAsync(async () =>
        {
            await using Story story = Story.Begin(Calm);
            (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
            Load(story, MemoryPressure.UpTo(OverloadStep.Refuse));
            await story.Proxy.Messages.WaitForAsync("overload: refuse begins: memory at ");

            ScriptedClient refused = await story.ConnectAsync("refused");
            Assert.StartsWith("HTTP/1.1 503 ", Bytes.Text(await refused.ReadToEndAsync()), StringComparison.Ordinal);
            await story.Proxy.Messages.WaitForAsync("overloaded: a client connection was refused");
            await server.RespondAsync("finished");
            Assert.Equal("finished", (await client.ReadResponseAsync()).Text);
            Assert.Equal(503, (await client.ExchangeAsync(GetHigh)).Status);
            Assert.Equal(1, story.Proxy.Server.RefusedConnections);

            Load(story, MemoryPressure.None);
            await story.Proxy.Messages.WaitForAsync("overload: refuse ends: memory at 0 %");
            Assert.Equal((200, null, null), await AskAsync(story, GetLow));
        });

    [Fact]
    public async Task Loop_ThatIsAlwaysLate_TurnsRequestsAwayAndKeepsConnections()
    {
        // Above the time that a loop is ever held up here by others.
        const int lateMs = 120;
        await using Story story = Story.Begin(Calm with { Overload = MemoryPressure.None with { DelayMaxMs = lateMs } });
        ScriptedClient client = await story.ConnectAsync();
        EventLoop loop = story.Proxy.Server.Loops[0];
        var busy = new Busy(loop, lateMs + 20);

        busy.Begin();
        await story.Proxy.Messages.WaitForAsync("overload: shed begins: delay at 100 %");
        HttpResponse turnedAway = await client.ExchangeAsync(GetLow);
        busy.End();

        Assert.Equal((503, "1", null), (turnedAway.Status, turnedAway["Retry-After"], turnedAway["Connection"]));
        await story.Proxy.Messages.WaitForAsync("overload: shed_low ends: delay at ");
        Assert.Equal(200, (await client.ExchangeAsync(GetLow)).Status);
    }

    [Fact]
    public Task ClientConnections_NearTheirLimit_EndEarlierAndNobodyIsTurnedAway() =>
        InTimeAsync(async () =>
        {
            await using Story story = Story.Begin(Calm with { Limits = new ProxyLimits { ConnectionsMax = 10 } });
            List<ScriptedClient> clients = [];
            for (int i = 0; i < 10; i++)
            {
                clients.Add(await story.ConnectAsync($"client {i}"));
                Assert.Equal(200, (await clients[i].ExchangeAsync(GetLow)).Status);
            }

            // None of them is idle for long enough to be closed before.
            using var deadline = new CancellationTokenSource(Patience.PerStep);
            HttpResponse response;
            int next = 0;
            do
            {
                deadline.Token.ThrowIfCancellationRequested();
                response = await clients[next++ % clients.Count].ExchangeAsync(GetLow);
            }
            while (response["Connection"] is null);

            Assert.Equal((200, "close"), (response.Status, response["Connection"]));
            await story.Proxy.Messages.WaitForAsync("overload: close begins: connections at 100 %");
            Assert.Equal(PriorityClass.Low, LeastAdmittedBy(story));
            await story.Proxy.Messages.WaitForAsync("overload: reduce_timeouts ends");

            // Enough of them have ended: below the four fifths at which that begins.
            Assert.InRange(story.Proxy.Server.ConnectionCount, 0, 7);
        });

    [Fact]
    public async Task Overload_SwitchedOffByAReload_EndsEveryStep()
    {
        await using Story story = Story.Begin(Calm with { Overload = MemoryPressure.UpTo(OverloadStep.Refuse) });
        await story.Proxy.Messages.WaitForAsync("overload: refuse begins");

        Load(story, null);
        await story.Proxy.Messages.WaitForAsync("overload: refuse ends");

        Assert.Equal((200, null, null), await AskAsync(story, GetLow));
    }

    // What has to happen while an idle connection is kept is tried again where the machine took longer for it.
    private static async Task InTimeAsync(Func<Task> scriptAsync)
    {
        for (int i = 1; ; i++)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                await scriptAsync();
                return;
            }
            catch (ScriptException) when (i < Tries && Stopwatch.GetElapsedTime(start) > Kept)
            {
                // The proxy may have ended what the script was to go on with.
            }
        }
    }

    private static RoutePlan RouteOf(string path, PriorityClass priority) => new()
    {
        Name = path,
        Paths = [new PathMatch(path, IsPrefix: false)],
        PriorityClass = priority,
        Action = new RespondAction(200, [], [.. "served"u8]),
    };

    private static PriorityClass LeastAdmittedBy(Story story) =>
        story.Proxy.Server.Overload.Is(OverloadStep.ShedLow) ? PriorityClass.Normal : PriorityClass.Low;

    private static void Load(Story story, OverloadPlan? overload) => story.Proxy.Server.Reload(story.Proxy.Server.Plan with { Overload = overload });

    private static async Task<(int Status, string? RetryAfter, string? Connection)> AskAsync(Story story, string request)
    {
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(story.Proxy.EndPoint, new Transcript());
        HttpResponse response = await client.ExchangeAsync(request);
        return (response.Status, response["Retry-After"], response["Connection"]);
    }

    private static async Task WaitForAsync(Story story, Func<OverloadState, bool> isMeant)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isMeant(story.Proxy.Server.Overload))
        {
            Assert.False(deadline.IsCancellationRequested, string.Join('\n', story.Proxy.Messages.Lines));
            await ticks.WaitForNextTickAsync();
        }
    }
}
