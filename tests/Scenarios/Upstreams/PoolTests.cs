using System.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;
using Sluice.Scenarios.Health;

namespace Sluice.Scenarios.Upstreams;

/// <summary>The pool of connections to a server.</summary>
public sealed class PoolTests
{
    // Longer than any step of a script waits.
    private const int PatientMs = 60_000;

    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task LastConnection_IdleAtAnotherWorker_IsGivenUpForARequestThatWaits()
    {
        var pool = new PoolLimits { ConnectionsMax = 1, QueueTimeoutMs = PatientMs };
        await using Story story = Story.Begin(new ProxySetup { Pool = pool, Workers = 4 });
        _ = Task.Run(async () =>
        {
            while (true)
            {
                ScriptedServerConnection server = await story.AcceptAsync();
                _ = ServeUntilClosedAsync(server);
            }
        });

        // The kernel spreads the clients over the workers; that all sixteen meet the same one is next to impossible.
        for (int i = 0; i < 16; i++)
        {
            ScriptedClient client = await story.ConnectAsync();
            Assert.Equal(200, (await client.ExchangeAsync(Story.Get)).Status);
        }
    }

    [Fact]
    public async Task IdleConnections_AreUsedLastInFirstOut()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection one, ScriptedServerConnection two) = await IdleTwoAsync(story);

        // The second was given back last.
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync(Story.Get);
            await two.ServeAsync("two");
            Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        }

        await one.ExpectSilenceAsync(AMoment);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task IdleConnection_ThatThePeerCloses_IsGivenUpAtOnce(bool resets)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        if (resets)
        {
            server.Reset();
        }
        else
        {
            server.ShutdownSend();
            await server.ExpectClosedAsync();
        }

        await client.SendAsync("GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
        ScriptedServerConnection fresh = await story.AcceptAsync();
        await fresh.ServeAsync("fresh");

        Assert.Equal("fresh", (await client.ReadResponseAsync()).Text);
        if (!resets)
        {
            Assert.Equal(1, (await story.LogLineAsync(entry => entry.Path == "/next")).Number("attempts"));
        }
    }

    [Fact]
    public async Task IdleConnection_ThatTalks_IsClosed()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        await server.ExpectGoneAsync();
        await client.SendAsync(Story.Get);
        await (await story.AcceptAsync()).ServeAsync("mine");

        Assert.Equal("mine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task IdleConnection_AfterItsTimeout_IsClosed()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { IdleTimeoutMs = 150 } });
        (_, ScriptedServerConnection server) = await story.WarmUpAsync();

        await server.ExpectClosedAsync();
    }

    [Fact]
    public async Task IdleConnection_OfAServerThatSaysItsTimeout_IsClosedASecondBefore()
    {
        await using Story story = Story.Begin();

        // The best of several: on a busy machine any one may be seen late.
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 5 && best > TimeSpan.FromMilliseconds(1_900); i++)
        {
            (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
            long start = Stopwatch.GetTimestamp();
            await server.SendAsync("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2, max=10\r\nContent-Length: 2\r\n\r\nok");
            await client.ReadResponseAsync();
            await server.ExpectClosedAsync();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            Assert.InRange(elapsed, TimeSpan.FromMilliseconds(500), TimeSpan.MaxValue);
            best = elapsed < best ? elapsed : best;
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(1_900));
    }

    [Fact]
    public async Task IdleConnections_AboveTheirLimit_AreClosed()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { IdleConnectionsMax = 1 } });
        (_, ScriptedServerConnection one, ScriptedServerConnection two) = await IdleTwoAsync(story);

        await two.ExpectClosedAsync();
        await one.ExpectSilenceAsync(AMoment);
    }

    [Fact]
    public async Task Connection_AtItsLimitOfRequests_IsClosed()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { RequestsMax = 2 } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        await client.SendAsync(Story.Get);
        await server.ServeAsync();
        await client.ReadResponseAsync();

        await server.ExpectClosedAsync();
    }

    [Fact]
    public async Task Request_AboveTheLimitOfConnections_WaitsItsTurn()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1, QueueTimeoutMs = PatientMs } });
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await story.Upstream.ExpectNoConnectionAsync(AMoment);

        await server.RespondAsync("first");
        Assert.Equal("first", (await first.ReadResponseAsync()).Text);
        Assert.Equal("/second", (await server.ServeAsync("second")).Target);

        Assert.Equal("second", (await second.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Request_ThatWaitsWhenTheConnectionDies_GetsAFreshOne()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1, QueueTimeoutMs = PatientMs } });
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await QueueAsync(story, second, Story.Get);

        server.Close();
        Assert.Equal(502, (await first.ReadResponseAsync()).Status);
        await (await story.AcceptAsync()).ServeAsync("second");

        Assert.Equal("second", (await second.ReadResponseAsync()).Text);
    }

    [Trait("Case", "L-18")]
    [Fact]
    public async Task Request_ThatWaitsForTooLong_Gets503()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1, QueueTimeoutMs = 150 } });
        await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");

        Assert.Equal(503, (await second.ExchangeAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal("queue_timeout", (await story.LogLineAsync(entry => entry.Path == "/second")).Error);
    }

    [Fact]
    public async Task Requests_ThatWait_GoByTheirClassAndThenInOrder()
    {
        await using Story story = Begin(new PoolLimits { ConnectionsMax = 1, QueueTimeoutMs = PatientMs });
        ScriptedServerConnection server = await HoldAsync(story);
        foreach (string path in (string[])["/low/1", "/normal/2", "/critical/3", "/high/4", "/normal/5", "/critical/6"])
        {
            await AskAsync(story, path);
        }

        await server.RespondAsync("held");
        var order = new List<string>();
        for (int i = 0; i < 6; i++)
        {
            order.Add((await server.ReadRequestAsync()).Target);
            await server.RespondAsync("ok");
        }

        Assert.Equal(["/critical/3", "/critical/6", "/high/4", "/normal/2", "/normal/5", "/low/1"], order);
    }

    [Fact]
    public async Task Request_InAFullQueue_TakesThePlaceOfOneThatMattersLess()
    {
        await using Story story = Begin(new PoolLimits { ConnectionsMax = 1, QueueMax = 2, QueueTimeoutMs = PatientMs });
        ScriptedServerConnection server = await HoldAsync(story);
        ScriptedClient first = await AskAsync(story, "/low/1");
        ScriptedClient second = await AskAsync(story, "/low/2");

        ScriptedClient third = await AskAsync(story, "/high/3");
        Assert.Equal(503, (await second.ReadResponseAsync()).Status);
        ScriptedClient fourth = await AskAsync(story, "/low/4");
        Assert.Equal(503, (await fourth.ReadResponseAsync()).Status);
        Assert.Equal("queue_full", (await story.LogLineAsync(entry => entry.Path == "/low/2")).Error);

        await server.RespondAsync("held");
        await server.ServeAsync("third");
        await server.ServeAsync("first");
        Assert.Equal(("third", "first"), ((await third.ReadResponseAsync()).Text, (await first.ReadResponseAsync()).Text));
    }

    [Trait("Case", "L-16")]
    [Fact]
    public async Task Request_BehindAFullQueue_Gets503AtOnce()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1, QueueMax = 1, QueueTimeoutMs = PatientMs } });
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await QueueAsync(story, second, Story.Get);
        ScriptedClient third = await story.ConnectAsync("third");

        Assert.Equal(503, (await third.ExchangeAsync("GET /third HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal("queue_full", (await story.LogLineAsync(entry => entry.Path == "/third")).Error);
        await server.RespondAsync();
        await first.ReadResponseAsync();
        await server.ServeAsync();
        Assert.Equal(200, (await second.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Request_WhoseClientGaveUpInTheQueue_IsNotSent()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1, QueueTimeoutMs = PatientMs } });
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await QueueAsync(story, second, "GET /gone HTTP/1.1\r\nHost: a.test\r\n\r\n");
        second.Reset();
        await story.LogLineAsync(entry => entry.Path == "/gone");

        await server.RespondAsync();
        Assert.Equal(200, (await first.ReadResponseAsync()).Status);
        await server.ExpectSilenceAsync(AMoment);
    }

    // A route for each class, with its name in small letters.
    private static Story Begin(PoolLimits pool)
    {
        Story story = Story.Begin(new ProxySetup { Pool = pool });
        ProxyPlan plan = story.Proxy.Server.Plan;
        story.Proxy.Server.Reload(plan with
        {
            Routes =
            [
                .. Enum.GetValues<PriorityClass>().Select(priority => new RoutePlan
                {
                    Name = NameOf(priority),
                    Paths = [new PathMatch("/" + NameOf(priority), IsPrefix: true)],
                    PriorityClass = priority,
                    Action = new ProxyAction(plan.Upstreams[0]),
                }),
            ],
        });
        return story;
    }

    private static string NameOf(PriorityClass priority) => priority.ToString().ToLowerInvariant();

    // Keeps the only connection busy.
    private static async Task<ScriptedServerConnection> HoldAsync(Story story)
    {
        await (await story.Proxy.ConnectAsync("holder")).SendAsync("GET /normal/0 HTTP/1.1\r\nHost: a.test\r\n\r\n");
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        await server.ReadRequestAsync();
        return server;
    }

    private static async Task<ScriptedClient> AskAsync(Story story, string path)
    {
        ScriptedClient client = await story.Proxy.ConnectAsync(path);
        await QueueAsync(story, client, $"GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n", route: path.Split('/')[1]);
        return client;
    }

    // Returns when it has its route, and with that its place in the queue or its answer.
    private static async Task QueueAsync(Story story, ScriptedClient client, string request, string route = "everything")
    {
        long before = story.Proxy.Server.RequestsOf(route);
        await client.SendAsync(request);
        await HealthStage.WaitUntilAsync(() => story.Proxy.Server.RequestsOf(route) > before, "a place for it");
        await story.Proxy.SettleAsync();
    }

    private static async Task<(ScriptedClient Client, ScriptedServerConnection One, ScriptedServerConnection Two)> IdleTwoAsync(Story story)
    {
        (ScriptedClient first, ScriptedServerConnection one) = await story.OpenAsync();
        (ScriptedClient second, ScriptedServerConnection two) = await story.OpenAsync();
        await one.RespondAsync();
        await first.ReadResponseAsync();
        await two.RespondAsync();
        await second.ReadResponseAsync();
        return (first, one, two);
    }

    private static async Task ServeUntilClosedAsync(ScriptedServerConnection server)
    {
        while (server.End == ConnectionEnd.Open)
        {
            await server.ServeAsync();
        }
    }
}
