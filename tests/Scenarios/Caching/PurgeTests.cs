using Sluice.Http.Addresses;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Scenarios.Compression;

namespace Sluice.Scenarios.Caching;

/// <summary>What is stored is removed on demand.</summary>
public sealed class PurgeTests
{
    private const string Tagged = "Cache-Control: max-age=60, stale-while-revalidate=60\r\nSurrogate-Key: one two\r\nCache-Tag: three,four\r\nETag: \"a\"\r\n";

    [Theory]
    [InlineData(CachePurgeKind.All, "", 3)]
    [InlineData(CachePurgeKind.Url, "http://a.test/x", 1)]
    [InlineData(CachePurgeKind.Prefix, "http://a.test/x", 2)]
    [InlineData(CachePurgeKind.Host, "a.test", 2)]
    [InlineData(CachePurgeKind.Tag, "two", 3)]
    [InlineData(CachePurgeKind.Tag, "four", 3)]
    [InlineData(CachePurgeKind.Tag, "tw", 0)]
    public async Task Purge_RemovesWhatItMeans(CachePurgeKind kind, string text, int count)
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Tagged));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        string[] requests = [CacheStage.Get("/x"), CacheStage.Get("/xy"), "GET / HTTP/1.1\r\nHost: b.test\r\n\r\n"];
        foreach (string request in requests)
        {
            HttpResponse response = await client.ExchangeAsync(request);
            Assert.False(response.Has("Surrogate-Key") || response.Has("Cache-Tag"));
        }

        Assert.Equal(count, proxy.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false)));
        foreach (string request in requests)
        {
            await client.ExchangeAsync(request);
        }

        Assert.Equal(3 + count, server.RequestCount);
    }

    [Theory]
    [InlineData(CachePurgeKind.All, "")]
    [InlineData(CachePurgeKind.Url, "http://a.test/")]
    [InlineData(CachePurgeKind.Tag, "one")]
    public async Task Purge_CountsResponses_AndNothingElse(CachePurgeKind kind, string text)
    {
        string content = new('x', 4096);
        await using RecordingUpstream server = RecordingUpstream.Start(
            _ => [Bytes.Of(CacheStage.Response(Tagged + "Vary: Accept-Language\r\nContent-Type: text/plain\r\n", content))]);
        ProxySetup setup = new() { Route = route => route with { Cache = new CachePlan(), Compression = CompressionStory.Steady } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        foreach (string language in (string[])["de", "en", "de", "en"])
        {
            await client.ExchangeAsync(CacheStage.Get("/", $"Accept-Encoding: gzip\r\nAccept-Language: {language}\r\n"));
        }

        // Beside the two there are the list of fields and what they were compressed to.
        Assert.Equal(5, proxy.Server.CacheTotals.Objects);
        Assert.Equal(2, proxy.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false)));
        Assert.Equal(0, proxy.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false)));
    }

    [Fact]
    public async Task Purge_CountsNoVariantThatIsGoneAlready()
    {
        Assert.True(IpRange.TryParse("127.0.0.0/8", out IpRange local));
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Tagged + "Vary: Accept-Language\r\n"), new CachePlan { PurgeClients = [local] });
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
        await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: en\r\n"));

        Assert.Equal(1, proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.All, "", IsSoft: false)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PurgeOfAUrl_IsForAllValuesOfTheKeyHeaders(bool byMethod)
    {
        Assert.True(IpRange.TryParse("127.0.0.0/8", out IpRange local));
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(
            request => CacheStage.Response(Tagged, $"for {request["X-Tenant"]}"), new CachePlan { PurgeClients = [local], KeyHeaders = ["x-tenant"] });
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        string[] requests = [CacheStage.Get("/", "X-Tenant: one\r\n"), CacheStage.Get("/", "X-Tenant: two\r\n"), CacheStage.Get("/other", "X-Tenant: one\r\n")];
        foreach (string request in requests)
        {
            await client.ExchangeAsync(request);
        }

        if (byMethod)
        {
            Assert.Equal(200, (await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
            Assert.Equal(404, (await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        }
        else
        {
            Assert.Equal(2, proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.Url, "http://a.test/", IsSoft: false)));
        }

        foreach (string request in requests)
        {
            await client.ExchangeAsync(request);
        }

        Assert.Equal(5, server.RequestCount);
    }

    [Fact]
    public async Task SoftPurge_MakesStale()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response(Tagged));
        await client.ReadResponseAsync();
        Assert.Equal(1, story.Proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.Tag, "one", IsSoft: true)));

        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal("\"a\"", (await server.ReadHeadAsync())["If-None-Match"]);
        Assert.Equal(1, story.Proxy.Server.CachedOf(CacheOutcome.Stale));
    }

    [Fact]
    public async Task Purge_WhileItIsFetched_KeepsItFromBeingStored()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        story.Proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.Host, "a.test", IsSoft: false));
        await server.SendAsync(CacheStage.Response(Tagged));
        Assert.Equal("hello", (await client.ReadResponseAsync()).Text);
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response(Tagged, "anew"));

        Assert.Equal("anew", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task PurgeMethod_IsForThoseWhoMay()
    {
        Assert.True(IpRange.TryParse("127.0.0.0/8", out IpRange local));
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Tagged + "Vary: Accept-Language\r\n"), new CachePlan { PurgeClients = [local] });
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));

        Assert.Equal(200, (await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal(404, (await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
        Assert.Equal(2, server.RequestCount);
    }

    [Fact]
    public async Task PurgeMethod_OfOthers_IsRefused()
    {
        Assert.True(IpRange.TryParse("10.0.0.0/8", out IpRange elsewhere));
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Tagged), new CachePlan { PurgeClients = [elsewhere] });
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(403, (await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal(0, server.RequestCount);
    }
}
