using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Faults;

/// <summary>Requests of a route wait and fail on purpose.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Abort_OfEveryRequest_GivesItsStatusAndAsksNoServer()
    {
        await using Story story = Begin(new FaultPlan { Abort = new AbortFault { Status = 429 } });
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(429, (await client.ExchangeAsync(Story.Get)).Status);
        Assert.Equal(429, (await client.ExchangeAsync(Story.Get)).Status);

        Assert.Equal("fault_injected", (await story.LogLineAsync(entry => entry.Status == 429)).Error);
        Assert.Equal(0, story.Proxy.Server.Servers.Single().Connections);
    }

    [Fact]
    public async Task Abort_OfNoRequest_ChangesNothing()
    {
        await using Story story = Begin(new FaultPlan { Abort = new AbortFault { Status = 503, HundredthsOfPercent = 0 } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.RespondAsync("well");

        Assert.Equal("well", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Abort_OfAShare_HitsThatShare()
    {
        await using RecordingUpstream server = RecordingUpstream.Start("server");
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Route = route => route with { Faults = new FaultPlan { Abort = new AbortFault { Status = 503, HundredthsOfPercent = 2_500 } } } },
            new Transcript(),
            server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        int failed = 0;
        for (int i = 0; i < 800; i++)
        {
            failed += (await client.ExchangeAsync(Story.Get)).Status == 503 ? 1 : 0;
        }

        // A quarter, give or take eight standard deviations: one run in 10^14 is out of that.
        Assert.InRange(failed, 200 - 98, 200 + 98);
        Assert.Equal(800 - failed, server.RequestCount);
    }

    [Fact]
    public async Task Delay_OfARequest_KeepsItFromTheServer()
    {
        await using Story story = Begin(new FaultPlan { Delay = new DelayFault { TimeMs = 4_000 } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Get);
        await client.ExpectSilenceAsync(AMoment);
        Assert.Equal(0, story.Proxy.Server.Servers.Single().Connections);

        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        await server.ServeAsync("late");
        Assert.Equal("late", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Delay_WhoseClientGoesAway_EndsAtOnce()
    {
        await using Story story = Begin(new FaultPlan { Delay = new DelayFault { TimeMs = 600_000 } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Get);
        await client.ExpectSilenceAsync(AMoment);
        client.Reset();

        Assert.Equal("client_gone", (await story.LogLineAsync(_ => true)).Error);
        Assert.Equal(0, story.Proxy.Server.Servers.Single().Connections);
    }

    [Fact]
    public async Task Delay_OfAnHttp2Request_HoldsUpNoOther()
    {
        await using Story story = Begin(new FaultPlan { Delay = new DelayFault { TimeMs = 300 }, Abort = new AbortFault { Status = 418 } });
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint first = await client.SendHeadAsync(client.Request(), end: true);
        uint second = await client.SendHeadAsync(client.Request(), end: true);

        Assert.Equal((418, 418), ((await client.ReadResponseAsync(first)).Status, (await client.ReadResponseAsync(second)).Status));
    }

    private static Story Begin(FaultPlan faults) => Story.Begin(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Route = route => route with { Faults = faults } });
}
