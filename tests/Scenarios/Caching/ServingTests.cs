using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Scenarios.ErrorPages;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Caching;

/// <summary>What is stored goes the way of every response, whoever asks and whatever is reloaded meanwhile.</summary>
public sealed class ServingTests
{
    private const string Fresh = "Cache-Control: max-age=60\r\nContent-Type: text/plain\r\n";

    [Fact]
    public async Task Hit_OverHttp2_IsTheSame()
    {
        string content = new('x', 300_000);
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh, content))]);
        await using ProxyFixture proxy = ProxyFixture.Start(CacheStage.SetupOf() with { Http2 = Http2Mode.PriorKnowledge }, new Transcript(), server.Plan);
        Http2Peer client = await proxy.ConnectHttp2Async();

        HttpResponse first = await client.GetAsync();
        HttpResponse second = await client.GetAsync();
        HttpResponse head = await client.GetAsync(method: "HEAD");

        Assert.Equal((200, content), (first.Status, first.Text));
        Assert.Equal((200, content, "300000"), (second.Status, second.Text, second["content-length"]));
        Assert.Equal("300000", head["content-length"]);
        Assert.Equal(1, server.RequestCount);
    }

    [Fact]
    public async Task Page_TakesThePlaceOfAStoredStatus_AndOfOneThatIsNot()
    {
        var plan = new CachePlan { Valid = [new StatusLifetime(new StatusSpan(404, 404), 60)] };
        await using RecordingUpstream server = RecordingUpstream.Start(
            request => [Bytes.Of(CacheStage.Response(request.Target == "/private" ? "Cache-Control: private\r\n" : "", "theirs", 404))]);
        ProxySetup setup = new()
        {
            Route = route => route with { Cache = plan, ErrorPages = [Pages.On(404, Pages.Text("ours {status}")) with { Intercept = true }] },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal((404, "ours 404"), await GetAsync(client, "/"));
        Assert.Equal((404, "ours 404"), await GetAsync(client, "/"));
        Assert.Equal((404, "ours 404"), await GetAsync(client, "/private"));
        Assert.Equal((404, "ours 404"), await GetAsync(client, "/private"));
        Assert.Equal(3, server.RequestCount);
    }

    [Fact]
    public async Task Reload_KeepsWhatIsStored()
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh))]);
        await using ProxyFixture proxy = ProxyFixture.Start(CacheStage.SetupOf(), new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());
        ProxyPlan plan = proxy.Server.Plan;
        proxy.Server.Reload(plan with { Routes = [plan.Routes[0] with { EarlyData = true }], Cache = plan.Cache with { MemoryBytes = 16 * 1024 * 1024 } });
        await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal(1, server.RequestCount);
        Assert.Equal(1, proxy.Server.CachedOf(CacheOutcome.Hit));
        Assert.Equal(16 * 1024 * 1024, proxy.Server.CacheTotals.BytesMax);
    }

    private static async Task<(int Status, string Text)> GetAsync(ScriptedClient client, string path)
    {
        HttpResponse response = await client.ExchangeAsync(CacheStage.Get(path));
        return (response.Status, response.Text);
    }
}
