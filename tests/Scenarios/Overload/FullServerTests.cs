using System.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Overload;

/// <summary>A server with more requests than it takes: those above are turned away, and routes to others don't notice.</summary>
public sealed class FullServerTests
{
    private const int Turned = 100;
    private const string GetCanary = "/canary";
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    [Trait("Case", "L-16")]
    [Fact]
    public async Task Requests_BehindAFullQueue_AreTurnedAwayAtOnce_AndOtherRoutesDoNotNotice()
    {
        await using RecordingUpstream good = RecordingUpstream.Start("good");
        await using Story story = Begin(good, new PoolLimits { ConnectionsMax = 1, QueueMax = 1, QueueTimeoutMs = 60_000 });
        (ScriptedClient served, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient waiting = await story.ConnectAsync("waiting");
        await waiting.SendAsync(Story.Get);
        await using Canary canary = Canary.Start(story.Proxy.EndPoint, GetCanary);
        await canary.ExpectAliveAsync();

        ScriptedClient client = await story.ConnectAsync("turned away");
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < Turned; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(503, (await client.ExchangeAsync("GET /third HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        Assert.InRange(best, TimeSpan.Zero, AtOnce);
        await canary.ExpectAliveAsync();
        await story.Proxy.AccessLog.WaitForAsync(entry => entry.Error == "queue_full", Turned);

        // Whoever was let in is served.
        await server.RespondAsync("one");
        Assert.Equal("one", (await served.ReadResponseAsync()).Text);
        await server.ServeAsync("two");
        Assert.Equal("two", (await waiting.ReadResponseAsync()).Text);
    }

    [Trait("Case", "L-18")]
    [Fact]
    public async Task Requests_ThatAllWaitForTooLong_AreTurnedAway_AndOtherRoutesDoNotNotice()
    {
        await using RecordingUpstream good = RecordingUpstream.Start("good");
        await using Story story = Begin(good, new PoolLimits { ConnectionsMax = 1, QueueMax = Turned, QueueTimeoutMs = 500 });
        (ScriptedClient served, ScriptedServerConnection server) = await story.OpenAsync();
        await using Canary canary = Canary.Start(story.Proxy.EndPoint, GetCanary);
        ScriptedClient[] waiting = await Task.WhenAll(Enumerable.Range(0, Turned).Select(i => story.ConnectAsync($"waiting {i}")));

        Task<HttpResponse>[] asking = [.. waiting.Select(client => client.ExchangeAsync("GET /waiting HTTP/1.1\r\nHost: a.test\r\n\r\n"))];
        await canary.ExpectAliveAsync();

        Assert.All(await Task.WhenAll(asking), response => Assert.Equal(503, response.Status));
        await canary.ExpectAliveAsync();
        await story.Proxy.AccessLog.WaitForAsync(entry => entry.Error == "queue_timeout", Turned);
        await server.RespondAsync("one");
        Assert.Equal("one", (await served.ReadResponseAsync()).Text);
    }

    private static Story Begin(RecordingUpstream good, PoolLimits pool)
    {
        var other = new UpstreamPlan { Name = "good", Servers = [good.Plan] };
        return Story.Begin(new ProxySetup
        {
            Pool = pool,
            Overload = null,
            Routes = [new RoutePlan { Name = "canary", Paths = [new PathMatch(GetCanary, IsPrefix: false)], Action = new ProxyAction(other) }],
            OtherUpstreams = [other],
        });
    }
}
