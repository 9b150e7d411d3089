using System.Threading.Channels;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>How many requests a server of HTTP/2 has at once (<c>max_in_flight</c>), whatever connections and workers they come by.</summary>
public sealed class InFlightTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Request_AboveTheLimit_WaitsThoughTheConnectionHasStreams()
    {
        await using UpstreamStory story = UpstreamStory.Begin(LimitOf(2));
        (ScriptedClient first, Http2OriginConnection server, StreamRecord one) = await story.OpenAsync();
        await AskAsync(story, "/second");
        StreamRecord two = await server.ReadHeadAsync();
        ScriptedClient third = await AskAsync(story, "/third");
        await server.ExpectSilenceAsync(AMoment);

        await server.RespondAsync(one.Id, "one");
        Assert.Equal("one", (await first.ReadResponseAsync()).Text);
        await server.ServeAsync("three");

        Assert.Equal("three", (await third.ReadResponseAsync()).Text);
        Assert.Equal(1, story.Origin.AcceptedCount);
        await server.RespondAsync(two.Id);
    }

    [Fact]
    public async Task Streams_OfOneClient_AreHeldToTheLimit()
    {
        await using UpstreamStory story = UpstreamStory.Begin(LimitOf(1));
        Http2Peer client = await story.ConnectHttp2Async();
        uint first = await client.SendRequestAsync(path: "/first");
        uint second = await client.SendRequestAsync(path: "/second");
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        StreamRecord one = await server.ReadHeadAsync();
        await server.ExpectSilenceAsync(AMoment);

        await server.RespondAsync(one.Id, "one");
        await server.ServeAsync("two");

        Assert.Equal("one", (await client.ReadResponseAsync(first)).Text);
        Assert.Equal("two", (await client.ReadResponseAsync(second)).Text);
    }

    [Fact]
    public async Task Client_ThatGoesAway_GivesItsPlaceToTheNext()
    {
        await using UpstreamStory story = UpstreamStory.Begin(LimitOf(1));
        (ScriptedClient first, Http2OriginConnection server, _) = await story.OpenAsync();
        ScriptedClient second = await AskAsync(story, "/second");
        await server.ExpectSilenceAsync(AMoment);

        first.Reset();
        await server.ServeAsync("two");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Client_ThatGoesWhileItWaits_LeavesThePlaceToTheOthers()
    {
        await using UpstreamStory story = UpstreamStory.Begin(LimitOf(1));
        (_, Http2OriginConnection server, StreamRecord one) = await story.OpenAsync();
        ScriptedClient second = await AskAsync(story, "/second");
        await server.ExpectSilenceAsync(AMoment);
        ScriptedClient third = await AskAsync(story, "/third");
        await server.ExpectSilenceAsync(AMoment);

        second.Reset();
        await story.LogLineAsync("/second");
        await server.RespondAsync(one.Id);
        await server.ServeAsync("three");

        Assert.Equal("three", (await third.ReadResponseAsync()).Text);
        await server.ExpectSilenceAsync(AMoment);
    }

    [Fact]
    public async Task Connection_ThatEnds_GivesAllItsPlacesBack()
    {
        await using UpstreamStory story = UpstreamStory.Begin(LimitOf(2));
        (ScriptedClient first, Http2OriginConnection server, _) = await story.OpenAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");
        ScriptedClient second = await AskAsync(story, "/second", "POST");
        await server.ReadHeadAsync();
        ScriptedClient third = await AskAsync(story, "/third");
        ScriptedClient fourth = await AskAsync(story, "/fourth");
        await server.ExpectSilenceAsync(AMoment);

        await server.DisposeAsync();
        Http2OriginConnection other = await story.Origin.AcceptAsync();
        await other.ServeAsync();
        await other.ServeAsync();

        // What may not be sent twice fails; those that had waited go on.
        Assert.Equal((502, 502), ((await first.ReadResponseAsync()).Status, (await second.ReadResponseAsync()).Status));
        Assert.Equal((200, 200), ((await third.ReadResponseAsync()).Status, (await fourth.ReadResponseAsync()).Status));
    }

    [Fact]
    public async Task Request_BehindAFullQueue_Gets503AtOnce()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { InFlightMax = 1, QueueMax = 1 });
        (_, Http2OriginConnection server, StreamRecord one) = await story.OpenAsync();
        ScriptedClient second = await AskAsync(story, "/second");
        await server.ExpectSilenceAsync(AMoment);

        ScriptedClient third = await AskAsync(story, "/third");
        Assert.Equal(503, (await third.ReadResponseAsync()).Status);
        Assert.Equal("queue_full", (await story.LogLineAsync("/third")).Error);

        await server.RespondAsync(one.Id);
        await server.ServeAsync("two");
        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Request_ThatWaitsForTooLong_Gets503()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { InFlightMax = 1, QueueTimeoutMs = 100 });
        (_, Http2OriginConnection server, _) = await story.OpenAsync();
        ScriptedClient second = await AskAsync(story, "/second");

        Assert.Equal(503, (await second.ReadResponseAsync()).Status);
        Assert.Equal("queue_timeout", (await story.LogLineAsync("/second")).Error);
        await server.ExpectSilenceAsync(AMoment);
    }

    [Fact]
    public async Task Requests_ThatWait_GoByTheirClass()
    {
        await using UpstreamStory story = UpstreamStory.Begin(LimitOf(1));
        ProxyPlan plan = story.Proxy.Server.Plan;
        story.Proxy.Server.Reload(plan with
        {
            Routes =
            [
                new RoutePlan { Name = "high", Paths = [new PathMatch("/high", IsPrefix: true)], PriorityClass = PriorityClass.High, Action = new ProxyAction(plan.Upstreams[0]) },
                new RoutePlan { Name = "rest", Action = new ProxyAction(plan.Upstreams[0]) },
            ],
        });
        (_, Http2OriginConnection server, StreamRecord held) = await story.OpenAsync();
        foreach (string path in (string[])["/1", "/high/2", "/3", "/high/4"])
        {
            await AskAsync(story, path);
            await server.ExpectSilenceAsync(AMoment);
        }

        await server.RespondAsync(held.Id);
        var order = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            order.Add((await server.ServeAsync()).Target);
        }

        Assert.Equal(["/high/2", "/high/4", "/1", "/3"], order);
    }

    [Fact]
    public async Task Reload_LimitRaised_WaitingRequestsGoOn()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { InFlightMax = 1, QueueTimeoutMs = 60_000 });
        (_, Http2OriginConnection server, _) = await story.OpenAsync();
        ScriptedClient second = await AskAsync(story, "/second");
        ScriptedClient third = await AskAsync(story, "/third");
        await server.ExpectSilenceAsync(AMoment);

        ProxyPlan plan = story.Proxy.Server.Plan;
        UpstreamPlan raised = plan.Upstreams[0] with { Pool = new PoolLimits { InFlightMax = 2, QueueTimeoutMs = 60_000 } };
        story.Proxy.Server.Reload(plan with { Upstreams = [raised], Routes = [.. plan.Routes.Select(route => route with { Action = new ProxyAction(raised) })] });
        await server.ServeAsync("two");
        await server.ServeAsync("three");

        Assert.Equal(("two", "three"), ((await second.ReadResponseAsync()).Text, (await third.ReadResponseAsync()).Text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task SeveralWorkers_AndConnections_HaveOneLimitBetweenThem(int limit)
    {
        const int Clients = 12;
        var pool = new PoolLimits { InFlightMax = limit, StreamsMax = 2, QueueTimeoutMs = 60_000 };
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Workers = 3, Pool = pool });
        using var end = new CancellationTokenSource(LongEnough);
        var heads = Channel.CreateUnbounded<(Http2OriginConnection Server, uint Stream)>();
        Task accepting = AcceptAsync(story.Origin, heads.Writer, end.Token);
        var clients = new List<ScriptedClient>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(await AskAsync(story, $"/{i}"));
        }

        // As many as may be are there, and no more come until one of them has been answered.
        var open = new Queue<(Http2OriginConnection Server, uint Stream)>();
        for (int answered = 0; answered < Clients; answered++)
        {
            while (open.Count < Math.Min(limit, Clients - answered))
            {
                open.Enqueue(await heads.Reader.ReadAsync(end.Token));
            }

            Assert.False(heads.Reader.TryRead(out _), "The server has more requests than it may.");
            (Http2OriginConnection server, uint stream) = open.Dequeue();
            await server.RespondAsync(stream);
        }

        foreach (ScriptedClient client in clients)
        {
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }

        await end.CancelAsync();
        await story.DisposeAsync();
        await accepting;
    }

    [Fact]
    public async Task Http1Server_HasTheSameLimit()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = LimitOf(1) });
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        await story.Upstream.ExpectNoConnectionAsync(AMoment);

        await server.RespondAsync("one");
        Assert.Equal("one", (await first.ReadResponseAsync()).Text);
        await server.ServeAsync("two");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
    }

    // Nobody has to go because of the time that the test takes.
    private static PoolLimits LimitOf(int requests) => new() { InFlightMax = requests, QueueTimeoutMs = 60_000 };

    // With one worker the request is where it has to wait when this is done.
    private static async Task<ScriptedClient> AskAsync(UpstreamStory story, string path, string method = "GET")
    {
        ScriptedClient client = await story.ConnectAsync(path);
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: a.test\r\n{(method == "GET" ? "" : "Content-Length: 0\r\n")}\r\n");
        await story.Proxy.PassByAsync();
        return client;
    }

    // Tells of each request that arrives, on whatever connection.
    private static async Task AcceptAsync(Http2Origin origin, ChannelWriter<(Http2OriginConnection Server, uint Stream)> heads, CancellationToken end)
    {
        var readers = new List<Task>();
        while (!end.IsCancellationRequested)
        {
            try
            {
                readers.Add(ReadAsync(await origin.AcceptAsync(), heads, end));
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                // There is no other connection for now, or none any more.
            }
        }

        await Task.WhenAll(readers);
    }

    private static async Task ReadAsync(Http2OriginConnection server, ChannelWriter<(Http2OriginConnection Server, uint Stream)> heads, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await heads.WriteAsync((server, (await server.ReadHeadAsync()).Id), CancellationToken.None);
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                if (exception is not TimeoutException)
                {
                    return;
                }
            }
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is ScriptException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException or IOException;
}
