using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Caching;

/// <summary>What is stored and no longer fresh: asked about, sent all the same, or thrown away.</summary>
public sealed class ValidationTests
{
    private const string Stale = "Cache-Control: max-age=60\r\nAge: 60\r\nETag: \"a\"\r\nLast-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n";

    private static readonly RetryPlan Once = new() { AttemptsMax = 1 };

    [Fact]
    public async Task StaleResponse_IsAskedAbout_AndSentAgainWithWhatThe304Says()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await StoreAsync(story, Stale + "X-Old: kept\r\nX-New: before\r\n");
        await client.SendAsync(CacheStage.Get());
        HttpRequest asked = await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nCache-Control: max-age=30\r\nX-New: after\r\n\r\n");
        HttpResponse again = await client.ReadResponseAsync();

        Assert.Equal(("\"a\"", "Sat, 01 Jan 2000 00:00:00 GMT"), (asked["If-None-Match"], asked["If-Modified-Since"]));
        Assert.Equal((200, "hello", "kept", "after"), (again.Status, again.Text, again["X-Old"], again["X-New"]));
        Assert.StartsWith("sluice; fwd=stale; fwd-status=304; stored; ttl=", again["Cache-Status"], StringComparison.Ordinal);
        HttpResponse hit = await client.ExchangeAsync(CacheStage.Get());
        Assert.Equal(("hello", "after"), (hit.Text, hit["X-New"]));
        Assert.Contains("hit", hit["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal(1, story.Proxy.Server.CachedOf(CacheOutcome.Revalidated));
    }

    [Fact]
    [Trait("RFC9111", "4.3.3-1")]
    public async Task StaleResponse_IsReplaced_ByWhatTheServerSendsInstead()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await StoreAsync(story, Stale);
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\nETag: \"b\"\r\n", "other"));

        Assert.Equal("other", (await client.ReadResponseAsync()).Text);
        Assert.Equal("other", (await client.ExchangeAsync(CacheStage.Get())).Text);
    }

    [Fact]
    public async Task NotModified_ThatMeansSomethingElse_IsNotBelieved()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await StoreAsync(story, Stale);
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"z\"\r\n\r\n");
        HttpRequest anew = await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response("ETag: \"z\"\r\n", "whole"));

        Assert.False(anew.Has("If-None-Match"));
        Assert.Equal("whole", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task StaleWhileRevalidate_SendsAtOnce_AndAsksBehind()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await StoreAsync(story, "Cache-Control: max-age=60, stale-while-revalidate=600\r\nAge: 60\r\nETag: \"a\"\r\n");
        HttpResponse stale = await client.ExchangeAsync(CacheStage.Get());
        Assert.Equal("hello", stale.Text);
        Assert.Equal("\"a\"", (await server.ReadHeadAsync())["If-None-Match"]);
        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get())).Text);
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\n", "fresh"));
        await Patience.UntilAsync(async () => (await client.ExchangeAsync(CacheStage.Get())).Text == "fresh");

        Assert.Equal(1, story.Upstream.AcceptedCount);
        Assert.True(story.Proxy.Server.CachedOf(CacheOutcome.Stale) >= 2);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops", 200)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\noops", 200)]
    [InlineData("HTTP/1.1 404 Gone\r\nContent-Length: 4\r\n\r\noops", 404)]
    [InlineData("nonsense\r\n\r\n", 200)]
    public async Task StaleIfError_TakesThePlaceOfErrors(string answer, int status)
    {
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Upstream = upstream => upstream with { Retries = Once } });
        (ScriptedClient client, ScriptedServerConnection server) = await StoreAsync(story, "Cache-Control: max-age=60, stale-if-error=600\r\nAge: 60\r\nETag: \"a\"\r\n");
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync(answer);
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(status, response.Status);
        Assert.Equal(status == 200 ? "hello" : "oops", response.Text);
    }

    [Fact]
    public async Task StaleIfError_OfTheConfiguration_ServesWhileTheServerIsDown()
    {
        using var dead = new DeadServer();
        await using Story story = Story.Begin(CacheStage.SetupOf(new CachePlan { StaleIfErrorSeconds = 600 }) with { Upstream = upstream => upstream with { Retries = Once } });
        (ScriptedClient client, _) = await StoreAsync(story, Stale);
        TakeDown(story, dead);

        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get())).Text);
    }

    [Fact]
    [Trait("RFC9111", "5.2.2.2-2")]
    public async Task MustRevalidate_IsNeverSentStale()
    {
        using var dead = new DeadServer();
        await using Story story = Story.Begin(CacheStage.SetupOf(new CachePlan { StaleIfErrorSeconds = 600 }) with { Upstream = upstream => upstream with { Retries = Once } });
        (ScriptedClient client, _) = await StoreAsync(story, "Cache-Control: max-age=60, must-revalidate\r\nAge: 60\r\nETag: \"a\"\r\n");
        TakeDown(story, dead);

        Assert.Equal(502, (await client.ExchangeAsync(CacheStage.Get())).Status);
    }

    [Theory]
    [Trait("RFC9111", "4-7")]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 Done\r\n\r\n", true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("PUT /other HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 201 Made\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("PUT /other HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 201 Made\r\nContent-Location: http://a.test/\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("PUT / HTTP/1.1\r\nHost: b.test\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 201 Made\r\nLocation: http://a.test/\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("OPTIONS / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 Done\r\n\r\n", false)]
    public async Task UnsafeMethod_InvalidatesItsTarget(string request, string answer, bool isInvalidated)
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await StoreAsync(story, "Cache-Control: max-age=60\r\n");
        await client.SendAsync(request);
        await server.ReadHeadAsync();
        await server.SendAsync(answer);
        await client.ReadResponseAsync();
        await client.SendAsync(CacheStage.Get());
        if (isInvalidated)
        {
            await server.ReadHeadAsync();
            await server.SendAsync(CacheStage.Response("", "anew"));
        }

        Assert.Equal(isInvalidated ? "anew" : "hello", (await client.ReadResponseAsync()).Text);
    }

    private static async Task<(ScriptedClient Client, ScriptedServerConnection Server)> StoreAsync(Story story, string fields)
    {
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response(fields));
        Assert.Equal("hello", (await client.ReadResponseAsync()).Text);
        return (client, server);
    }

    // The port of a server that has really ended may be somebody else's before it is asked again.
    private static void TakeDown(Story story, DeadServer dead)
    {
        ProxyPlan plan = story.Proxy.Server.Plan;
        UpstreamPlan upstream = plan.Upstreams[0] with { Servers = [dead.Plan] };
        story.Proxy.Server.Reload(plan with { Upstreams = [upstream], Routes = [plan.Routes[0] with { Action = new ProxyAction(upstream) }] });
    }
}
