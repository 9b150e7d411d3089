using System.Runtime.CompilerServices;
using Sluice.Proxy;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Reload;

/// <summary>Another plan takes over, and nobody loses anything.</summary>
public sealed class ReloadTests
{
    private const string Upgrade = "GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private const string Switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    [Fact]
    public async Task Reload_SamePlan_ChangesNothing()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

        Assert.False(story.Proxy.Server.Reload(PlanOf(story)).IsChanged);

        await client.SendAsync(Story.Get);
        await server.ServeAsync("again");
        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_RouteAdded_ConnectionsAndPoolsStay()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

        ReloadResult result = story.Proxy.Server.Reload(PlanOf(story, new ProxySetup { Routes = [Fixed("/new", "new")] }));

        Assert.Equal(["/new"], result.Routes.Added);
        Assert.Equal(1, result.Routes.Count);
        Assert.Equal("new", (await client.ExchangeAsync("GET /new HTTP/1.1\r\nHost: a.test\r\n\r\n")).Text);
        await client.SendAsync(Story.Get);
        await server.ServeAsync("same connection");
        Assert.Equal("same connection", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_RequestInProgress_EndsAsItBegan()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        story.Proxy.Server.Reload(PlanOf(story, new ProxySetup { Routes = [Fixed("/*", "new")] }, servers: []));
        await server.RespondAsync("old");

        Assert.Equal("old", (await client.ReadResponseAsync()).Text);
        await server.ExpectGoneAsync();
        Assert.Equal("new", (await client.ExchangeAsync(Story.Get)).Text);
    }

    [Fact]
    public async Task Reload_TunnelOfARemovedRoute_GoesOn()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Upgrade);
        await server.SendAsync(Switching);
        await client.ReadHeadAsync();

        for (int i = 0; i < 20; i++)
        {
            story.Proxy.Server.Reload(PlanOf(story, new ProxySetup { Routes = [Fixed("/*", $"generation {i}")] }, servers: []));
            await client.SendAsync($"ping {i}");
            await server.ExpectAsync($"ping {i}");
            await server.SendAsync($"pong {i}");
            await client.ExpectAsync($"pong {i}");
        }
    }

    [Fact]
    public async Task Reload_DownloadInProgress_ArrivesWhole()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.ReadHeadAsync();

        for (int i = 0; i < 20; i++)
        {
            story.Proxy.Server.Reload(PlanOf(story, new ProxySetup { Limits = new ProxyLimits { RequestsPerConnectionMax = 100 + i } }));
            await server.SendAsync("5\r\nhello\r\n");
            await client.ExpectAsync("5\r\nhello\r\n");
        }

        await server.SendAsync("0\r\n\r\n");
        await client.ExpectAsync("0\r\n\r\n");
    }

    [Fact]
    public async Task Reload_ServerRemoved_ItsIdleConnectionsClose()
    {
        await using Story story = Story.Begin();
        (_, ScriptedServerConnection server) = await story.WarmUpAsync();

        ReloadResult result = story.Proxy.Server.Reload(PlanOf(story, new ProxySetup { Routes = [Fixed("/*", "new")] }, servers: []));

        Assert.Equal([ProxySetup.UpstreamName], result.Upstreams.Removed);
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Reload_WeightsChanged_ConnectionsStay()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

        ReloadResult result = story.Proxy.Server.Reload(PlanOf(story, servers: [story.Upstream.PlanWith(7)]));

        Assert.Equal([ProxySetup.UpstreamName], result.Upstreams.Changed);
        await client.SendAsync(Story.Get);
        await server.ServeAsync("same connection");
        Assert.Equal("same connection", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_LimitsChanged_HoldForTheNextRequestOfAnOpenConnection()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, _) = await story.WarmUpAsync();

        ReloadResult result = story.Proxy.Server.Reload(PlanOf(story, new ProxySetup { Limits = new ProxyLimits { RequestBodyBytesMax = 4 } }));

        Assert.True(result.OthersChanged);
        await client.SendAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        Assert.Equal(413, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Reload_ConnectionsToAServerLimited_HoldsFromThenOn()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        story.Proxy.Server.Reload(PlanOf(story, new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1, QueueMax = 0 } }));
        ScriptedClient second = await story.ConnectAsync("second");

        Assert.Equal(503, (await second.ExchangeAsync(Story.Get)).Status);

        await server.RespondAsync("first");
        Assert.Equal("first", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_LimitOfConnectionsLifted_WaitingRequestsGoOn()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1, QueueTimeoutMs = 60_000 } });
        await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        await story.Upstream.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(100));

        story.Proxy.Server.Reload(PlanOf(story));

        await (await story.AcceptAsync()).ServeAsync("second");
        Assert.Equal("second", (await second.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_AccessLogSwitchedOffAndOn_WritesWhatBeganWhileItWasOn()
    {
        await using Story story = Story.Begin(new ProxySetup { Routes = [Fixed("/log", "x")] });
        ScriptedClient client = await story.ConnectAsync();
        ProxyPlan plan = PlanOf(story, new ProxySetup { Routes = [Fixed("/log", "x")] });
        string[] names = ["on-1", "off", "on-2"];

        foreach (string name in names)
        {
            story.Proxy.Server.Reload(plan with { AccessLog = name != "off" });
            await client.ExchangeAsync($"GET /log HTTP/1.1\r\nHost: {name}\r\n\r\n");
        }

        await story.LogLineAsync(entry => entry.Text("host") == "on-2");
        Assert.Equal(["on-1", "on-2"], story.Proxy.AccessLog.Entries.Select(entry => entry.Text("host")));
    }

    [Fact]
    public async Task Reload_RouteThatStays_KeepsItsCount()
    {
        var setup = new ProxySetup { Routes = [Fixed("/a", "a")] };
        await using Story story = Story.Begin(setup);
        ScriptedClient client = await story.ConnectAsync();
        const string Request = "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";
        await client.ExchangeAsync(Request);

        story.Proxy.Server.Reload(PlanOf(story, setup with { Routes = [Fixed("/a", "changed"), Fixed("/b", "b")] }));
        await client.ExchangeAsync(Request);

        Assert.Equal(2, story.Proxy.Server.RequestsOf("/a"));
        story.Proxy.Server.Reload(PlanOf(story));
        Assert.Equal(0, story.Proxy.Server.RequestsOf("/a"));
    }

    [Fact]
    public async Task Reload_ServerByName_IsResolvedBeforeItIsUsed()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start("named");
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        var named = new ServerPlan(upstream.Plan.Address with { Host = "localhost" });

        story.Proxy.Server.Reload(PlanOf(story, servers: [named]));

        Assert.Equal("named", (await client.ExchangeAsync(Story.Get)).Text);
    }

    [Fact]
    public async Task Reload_PlanThatIsGone_CanBeCollected()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        WeakReference gone = ReloadTwice(story);

        // An exchange that is at rest in its worker's pool must not hold on to what it served last.
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(Story.Get);
            await server.ServeAsync();
            await client.ReadResponseAsync();
        }

        // What a worker had on its stack when it was interrupted isn't there for long.
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (gone.IsAlive && !deadline.IsCancellationRequested)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await ticks.WaitForNextTickAsync();
        }

        Assert.False(gone.IsAlive);
    }

    [Fact]
    public async Task Reload_ManyAtOnceUnderLoad_FailsNoRequest()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start("origin");
        var transcript = new Transcript();
        var setup = new ProxySetup { Workers = 2 };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, upstream.Plan);
        Task[] clients = [.. Enumerable.Range(0, 4).Select(async number =>
        {
            ScriptedClient client = await proxy.ConnectAsync($"client {number}");
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal("origin", (await client.ExchangeAsync(Story.Get)).Text);
            }
        })];
        Task[] reloaders = [.. Enumerable.Range(0, 2).Select(number => Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                ProxySetup next = setup with { Routes = [Fixed($"/{number}/{i}", "x")] };
                proxy.Server.Reload(next.ToPlan([upstream.PlanWith(1 + i), upstream.PlanWith(1)]));
            }
        }))];

        await Task.WhenAll([.. clients, .. reloaders]);
    }

    // A plan that nobody but the server refers to, and then another in its place.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ReloadTwice(Story story)
    {
        ProxyPlan plan = PlanOf(story, new ProxySetup { Routes = [Fixed("/a", "a")] });
        story.Proxy.Server.Reload(plan);
        story.Proxy.Server.Reload(PlanOf(story));
        return new WeakReference(plan);
    }

    private static ProxyPlan PlanOf(Story story, ProxySetup? setup = null, IReadOnlyList<ServerPlan>? servers = null) =>
        (setup ?? new ProxySetup()).ToPlan(servers ?? [story.Upstream.Plan]);

    private static RoutePlan Fixed(string path, string text) => new()
    {
        Name = path,
        Paths = path == "/*" ? [] : [new PathMatch(path, IsPrefix: false)],
        Action = new RespondAction(200, [], [.. Bytes.Of(text)]),
    };
}
