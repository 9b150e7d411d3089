using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>How requests share connections: as many as both sides allow on each, then another, then the queue.</summary>
public sealed class SharingTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Requests_OfSeveralClients_ShareOneConnection()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (_, Http2OriginConnection server, StreamRecord first) = await story.OpenAsync();
        ScriptedClient other = await story.ConnectAsync("other");
        await other.SendAsync("GET /other HTTP/1.1\r\nHost: a.test\r\n\r\n");
        StreamRecord second = await server.ReadHeadAsync();

        // Answered in the other order.
        await server.RespondAsync(second.Id, "two");
        Assert.Equal("two", (await other.ReadResponseAsync()).Text);
        await server.RespondAsync(first.Id, "one");

        Assert.Equal((1u, 3u, 1), (first.Id, second.Id, story.Origin.AcceptedCount));
    }

    [Fact]
    public async Task Requests_ThatComeWhileAConnectionIsMade_WaitForIt()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        var clients = new List<ScriptedClient>();
        for (int i = 0; i < 10; i++)
        {
            ScriptedClient client = await story.ConnectAsync($"client {i}");
            await client.SendAsync($"GET /{i} HTTP/1.1\r\nHost: a.test\r\n\r\n");
            clients.Add(client);
        }

        Http2OriginConnection server = await story.Origin.AcceptAsync();
        for (int i = 0; i < 10; i++)
        {
            await server.ServeAsync();
        }

        foreach (ScriptedClient client in clients)
        {
            Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
        }

        await story.Origin.ExpectNoConnectionAsync(AMoment);
    }

    [Fact]
    public async Task Requests_ThatWaitForAConnectionThatFails_FailWithIt()
    {
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { UpstreamHttp2 = Http2Mode.PriorKnowledge }, new Transcript(), dead.Plan);
        var clients = new List<ScriptedClient>();
        for (int i = 0; i < 10; i++)
        {
            ScriptedClient client = await proxy.ConnectAsync($"client {i}");
            await client.SendAsync(Story.Get);
            clients.Add(client);
        }

        foreach (ScriptedClient client in clients)
        {
            Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task Client_ThatGoesWhileItsConnectionIsMade_LeavesItToTheOthers()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        ScriptedClient first = await story.ConnectAsync("first");
        await first.SendAsync(Story.Get);
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Http2OriginConnection server = await story.Origin.AcceptSilentlyAsync();

        // One is left when it has seen both of them, and not because it has yet to see the second.
        await story.Proxy.ExpectConnectionsAsync(2);
        first.Reset();
        await story.Proxy.ExpectConnectionsAsync(1);
        await server.SendAsync(Frames.Settings());
        await server.ServeAsync("fine");

        Assert.Equal("fine", (await second.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData(1u, 100)]
    [InlineData(100u, 1)]
    public async Task Request_AboveWhatEitherSideAllows_GetsAnotherConnection(uint theirs, int own)
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { StreamsMax = own });
        (_, Http2OriginConnection server, StreamRecord first) = await story.OpenAsync(Story.Get, (SettingKind.MaxConcurrentStreams, theirs));
        ScriptedClient other = await story.ConnectAsync("other");
        await other.SendAsync("GET /other HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Http2OriginConnection second = await story.Origin.AcceptAsync((SettingKind.MaxConcurrentStreams, theirs));
        await second.ServeAsync("other");
        Assert.Equal("other", (await other.ReadResponseAsync()).Text);
        await server.RespondAsync(first.Id);
    }

    [Fact]
    public async Task Request_AboveAllConnections_WaitsForAStream()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { ConnectionsMax = 1, StreamsMax = 1 });
        (ScriptedClient first, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.ExpectSilenceAsync(AMoment);

        await server.RespondAsync(request.Id, "one");
        Assert.Equal("one", (await first.ReadResponseAsync()).Text);
        await server.ServeAsync("two");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
        Assert.Equal(1, story.Origin.AcceptedCount);
    }

    [Fact]
    public async Task Request_AboveAllConnectionsForTooLong_IsA503()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { ConnectionsMax = 1, StreamsMax = 1, QueueTimeoutMs = 100 });
        await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");

        await second.SendAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal(503, (await second.ReadResponseAsync()).Status);
        Assert.Equal("queue_timeout", (await story.LogLineAsync("/second")).Error);
    }

    [Fact]
    public async Task Server_ThatTakesNoStreams_IsWaitedFor_NotAskedForMoreConnections()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Get);
        Http2OriginConnection server = await story.Origin.AcceptAsync((SettingKind.MaxConcurrentStreams, 0));
        await story.Origin.ExpectNoConnectionAsync(AMoment);

        await server.SendAsync(Frames.Settings((SettingKind.MaxConcurrentStreams, 5)));
        await server.ServeAsync("at last");

        Assert.Equal("at last", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Server_ThatNeverTakesAStream_IsA503()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { QueueTimeoutMs = 100 });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Get);
        await story.Origin.AcceptAsync((SettingKind.MaxConcurrentStreams, 0));

        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
        Assert.Equal("queue_timeout", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Connection_IdleForTooLong_IsClosed()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { IdleTimeoutMs = 100 });
        (_, Http2OriginConnection server) = await story.WarmUpAsync();

        await server.ReadToEndAsync();

        Assert.Equal(ConnectionEnd.Closed, server.End);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(256, 1)]
    public async Task Connection_ThatIsNotToBeKept_ClosesAfterItsRequest(int idleMax, int requestsMax)
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { IdleConnectionsMax = idleMax, RequestsMax = requestsMax });
        (ScriptedClient client, Http2OriginConnection server) = await story.WarmUpAsync();

        await server.ReadToEndAsync();
        await client.SendAsync(Story.Get);
        Http2OriginConnection fresh = await story.Origin.AcceptAsync();
        await fresh.ServeAsync("again");

        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Stop_LetsRequestsEnd_AndClosesTheirConnection()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        Task<bool> stopping = story.Proxy.StopAsync(TimeSpan.FromSeconds(20));
        await server.ExpectSilenceAsync(AMoment);
        await server.RespondAsync(request.Id, "last");

        Assert.Equal("last", (await client.ReadResponseAsync()).Text);
        Assert.True(await stopping);
        await server.ReadToEndAsync();
    }

    [Fact]
    public async Task TwoWorkers_WithOneConnectionBetweenThem_ServeBoth()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Workers = 2, Pool = new PoolLimits { ConnectionsMax = 1, IdleTimeoutMs = 60_000 } });
        using var end = new CancellationTokenSource();
        Task serving = ServeAsync(story.Origin, end.Token);

        // Enough of them for both workers, one after another.
        for (int i = 0; i < 20; i++)
        {
            ScriptedClient client = await story.ConnectAsync($"client {i}");
            await client.SendAsync(Story.Get);
            Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
        }

        await end.CancelAsync();
        await story.DisposeAsync();
        await serving;
    }

    // One connection after another, as the workers take turns.
    private static async Task ServeAsync(Http2Origin origin, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                Http2OriginConnection connection = await origin.AcceptAsync();
                while (true)
                {
                    await connection.ServeAsync();
                }
            }
            catch (Exception exception) when (exception is ScriptException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException)
            {
                // The connection ended, or there is no other.
            }
        }
    }
}
