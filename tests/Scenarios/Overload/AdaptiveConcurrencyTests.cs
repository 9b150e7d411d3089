using Sluice.Proxy.Concurrency;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Overload;

/// <summary>Requests beyond what an upstream answers as quickly as usual are turned away, or wait.</summary>
public sealed class AdaptiveConcurrencyTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Request_AboveTheLimit_Gets503AtOnce()
    {
        await using Story story = Begin(limit: 1);
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");

        HttpResponse refused = await second.ExchangeAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.RespondAsync("one");
        Assert.Equal("one", (await first.ReadResponseAsync()).Text);
        await second.SendAsync(Story.Get);
        await server.ServeAsync("two");

        Assert.Equal((503, "1"), (refused.Status, refused["Retry-After"]));
        Assert.Equal("concurrency_limited", (await story.LogLineAsync(entry => entry.Path == "/second")).Error);
        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
        Assert.Equal(1, ConcurrencyOf(story).TurnedAway);
        await ExpectNoneInFlightAsync(story);
    }

    [Fact]
    public async Task Request_WhereThereIsAQueue_WaitsForItsTurn()
    {
        await using Story story = Begin(limit: 1, queueMax: 1);
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        await second.ExpectSilenceAsync(AMoment);
        ScriptedClient third = await story.ConnectAsync("third");
        Assert.Equal(503, (await third.ExchangeAsync(Story.Get)).Status);

        await server.RespondAsync("one");
        Assert.Equal("one", (await first.ReadResponseAsync()).Text);
        await server.ServeAsync("two");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
        Assert.Equal(1, ConcurrencyOf(story).TurnedAway);
    }

    [Fact]
    public async Task Request_ThatWaitsForTooLong_Gets503()
    {
        await using Story story = Begin(limit: 1, queueMax: 1, queueTimeoutMs: 100);
        await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");

        Assert.Equal(503, (await second.ExchangeAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal("queue_timeout", (await story.LogLineAsync(entry => entry.Path == "/second")).Error);
        Assert.Equal(1, ConcurrencyOf(story).TurnedAway);
    }

    [Fact]
    public async Task Client_ThatGoesAway_GivesItsPlaceToTheNext()
    {
        await using Story story = Begin(limit: 1, queueMax: 1);
        (ScriptedClient first, _) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        await second.ExpectSilenceAsync(AMoment);

        first.Reset();
        await (await story.AcceptAsync()).ServeAsync("two");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Retry_NeedsNoSecondPlace()
    {
        var retries = new RetryPlan { On = new RetryTriggers(RetryConditions.Reset, []) };
        await using Story story = Story.Begin(new ProxySetup { Upstream = upstream => upstream with { AdaptiveConcurrency = PlanOf(1, 0, 1_000), Retries = retries } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        server.Reset();

        await (await story.AcceptAsync()).ServeAsync("again");

        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
        Assert.Equal(0, ConcurrencyOf(story).TurnedAway);
        await ExpectNoneInFlightAsync(story);
    }

    [Fact]
    public async Task Tunnel_DoesNotCount()
    {
        await using Story story = Begin(limit: 1);
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync(
            "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await server.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        Assert.Equal(101, (await first.ReadResponseAsync()).Status);
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);

        await (await story.AcceptAsync()).ServeAsync("two");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Failover_TakesWhatIsBeyondTheLimit()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream near = ScriptedUpstream.Start(transcript, "near");
        await using ScriptedUpstream far = ScriptedUpstream.Start(transcript, "far");
        UpstreamPlan nearPlan = new() { Name = "near", Servers = [near.Plan], AdaptiveConcurrency = PlanOf(1, 0, 1_000) };
        UpstreamPlan farPlan = new() { Name = "far", Servers = [far.Plan] };
        var action = new ProxyAction(nearPlan) { Failover = new FailoverPlan([farPlan], new RetryTriggers(RetryConditions.NoServer, [])) };
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Routes = [new RoutePlan { Name = "all", Action = action }], OtherUpstreams = [nearPlan, farPlan] }, transcript, near.Plan);
        ScriptedClient first = await proxy.ConnectAsync("first");
        await first.SendAsync(Story.Get);
        ScriptedServerConnection busy = await near.AcceptAsync();
        await busy.ReadRequestAsync();

        ScriptedClient second = await proxy.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        await (await far.AcceptAsync()).ServeAsync("far");

        Assert.Equal("far", (await second.ReadResponseAsync()).Text);
        await busy.RespondAsync("near");
        Assert.Equal("near", (await first.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_WithTheSamePlan_KeepsWhatWasLearned()
    {
        await using Story story = Begin(limit: 1);
        await story.OpenAsync();
        AdaptiveConcurrency before = ConcurrencyOf(story);
        ProxyPlan plan = story.Proxy.Server.Plan;
        UpstreamPlan changed = plan.Upstreams[0] with { SlowStartMs = 1_000 };

        story.Proxy.Server.Reload(plan with { Upstreams = [changed], Routes = [.. plan.Routes.Select(route => route with { Action = new ProxyAction(changed) })] });

        Assert.Same(before, ConcurrencyOf(story));
        Assert.Equal(1, before.InFlight);
    }

    [Fact]
    public async Task Server_ThatWorksOnFourAtOnce_GetsAboutAsMany()
    {
        const int Slots = 4;
        const int Clients = 40;
        await using BusyServer server = BusyServer.Start(Slots, TimeSpan.FromMilliseconds(15));
        var transcript = new Transcript();
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Workers = 2, Upstream = upstream => upstream with { AdaptiveConcurrency = new AdaptiveConcurrencyPlan { RecalibrateMs = 2_000 } } }, transcript, server.Plan);
        AdaptiveConcurrency concurrency = proxy.Server.Upstreams.Single().Concurrency!;
        using var end = new CancellationTokenSource(LongEnough);
        int refused = 0;
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(_ => AskAsync())];

        // It begins with twenty, and learns from response times alone that that is too many. A machine that is busy with other things makes it slower, and may
        // make it guess wrong for a while; how many there are at once when it knows is no more than that.
        await WaitAsync(() => concurrency is { Phase: LimitPhase.Adapting, BaselineMicroseconds: > 0, Limit: <= 3 * Slots });
        await WaitAsync(() => concurrency.InFlight is >= 1 and <= 3 * Slots);
        await end.CancelAsync();
        await Task.WhenAll(clients);

        Assert.InRange(refused, 1, int.MaxValue);
        Assert.Equal(refused, concurrency.TurnedAway);

        async Task AskAsync()
        {
            await using ScriptedClient client = await proxy.ConnectAsync("client");
            while (!end.IsCancellationRequested)
            {
                HttpResponse response = await client.ExchangeAsync(Story.Get);
                if (response.Status == 503)
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(5);
                }
            }
        }

        async Task WaitAsync(Func<bool> holds)
        {
            while (!holds())
            {
                await Task.Delay(20, end.Token);
            }
        }
    }

    // The client may have the response a moment before the place is given back.
    private static async Task ExpectNoneInFlightAsync(Story story)
    {
        using var end = new CancellationTokenSource(LongEnough);
        while (ConcurrencyOf(story).InFlight > 0)
        {
            await Task.Delay(10, end.Token);
        }
    }

    private static Story Begin(int limit, int queueMax = 0, int queueTimeoutMs = 60_000) =>
        Story.Begin(new ProxySetup { Upstream = upstream => upstream with { AdaptiveConcurrency = PlanOf(limit, queueMax, queueTimeoutMs) } });

    // One that can't move, so that it is known.
    private static AdaptiveConcurrencyPlan PlanOf(int limit, int queueMax, int queueTimeoutMs) =>
        new() { LimitMin = limit, LimitMax = limit, QueueMax = queueMax, QueueTimeoutMs = queueTimeoutMs };

    private static AdaptiveConcurrency ConcurrencyOf(Story story) => story.Proxy.Server.Upstreams.Single().Concurrency!;
}
