using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Scenarios.Caching;

/// <summary>What is stored and fresh is sent without asking a server.</summary>
public sealed class HitTests
{
    [Fact]
    public async Task SecondRequest_IsAnsweredFromTheCache()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\nETag: \"a\"\r\nX-Own: kept\r\n"));
        HttpResponse first = await client.ReadResponseAsync();
        HttpResponse second = await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal(("hello", "hello"), (first.Text, second.Text));
        Assert.StartsWith("sluice; fwd=uri-miss; fwd-status=200; stored; ttl=", first["Cache-Status"], StringComparison.Ordinal);
        Assert.StartsWith("sluice; hit; ttl=", second["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal(("kept", "\"a\"", "5"), (second["X-Own"], second["ETag"], second["Content-Length"]));
        Assert.InRange(int.Parse(second["Age"]!), 0, 30);
        Assert.Equal(1, story.Proxy.Server.CachedOf(CacheOutcome.Hit));
        Assert.Equal(1, story.Proxy.Server.CachedOf(CacheOutcome.Miss));
        Assert.Equal(1, story.Proxy.Server.CacheTotals.Objects);
    }

    [Theory]
    [InlineData("no-store")]
    [InlineData("private")]
    [InlineData("max-age=0")]
    [InlineData("no-cache")]
    public async Task Response_ThatForbidsIt_IsNotStored(string directive)
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response($"Cache-Control: {directive}\r\nSet-Cookie: a=b\r\n"));
        HttpResponse first = await client.ReadResponseAsync();
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response("", "anew"));

        Assert.Equal(("hello", "a=b"), (first.Text, first["Set-Cookie"]));
        Assert.Equal("anew", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Chunks_AreStoredToo()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n");
        Assert.True((await client.ReadHeadAsync()).IsChunked);
        await server.SendAsync("5\r\nhello\r\n");
        await client.ExpectAsync("5\r\nhello\r\n");
        await server.SendAsync("6\r\n world\r\n0\r\n\r\n");
        await client.ExpectAsync("6\r\n world\r\n0\r\n\r\n");

        HttpResponse second = await client.ExchangeAsync(CacheStage.Get());
        Assert.Equal(("hello world", "11"), (second.Text, second["Content-Length"]));
    }

    [Fact]
    [Trait("RFC9111", "4-2")]
    public async Task Head_IsAnsweredFromAStoredGet_AndFillsTheCache()
    {
        await using Story story = CacheStage.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        Assert.Equal("GET", (await server.ReadHeadAsync()).Method);
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\n"));
        HttpResponse head = await client.ReadResponseAsync("HEAD");

        Assert.Equal((200, "5"), (head.Status, head["Content-Length"]));
        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get())).Text);
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Assert.Equal("5", (await client.ReadResponseAsync("HEAD"))["Content-Length"]);
    }

    [Fact]
    [Trait("RFC9111", "4.3.2-1")]
    public async Task ConditionalRequest_IsAnsweredFromTheCache_AndNeverSentOn()
    {
        await using Story story = CacheStage.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(CacheStage.Get("/", "If-None-Match: \"a\"\r\nIf-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT\r\nRange: bytes=0-1\r\n"));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest asked = await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\nETag: \"a\"\r\nContent-Type: text/plain\r\n"));
        HttpResponse notModified = await client.ReadResponseAsync();
        HttpResponse part = await client.ExchangeAsync(CacheStage.Get("/", "Range: bytes=1-3\r\n"));

        Assert.False(asked.Has("If-None-Match") || asked.Has("If-Modified-Since") || asked.Has("Range"));
        Assert.Equal((304, "\"a\""), (notModified.Status, notModified["ETag"]));
        Assert.Equal((206, "ell", "bytes 1-3/5"), (part.Status, part.Text, part["Content-Range"]));
        Assert.Equal(416, (await client.ExchangeAsync(CacheStage.Get("/", "Range: bytes=9-\r\n"))).Status);
        Assert.Equal(304, (await client.ExchangeAsync(CacheStage.Get("/", "If-None-Match: \"x\", W/\"a\"\r\n"))).Status);
    }

    [Fact]
    [Trait("RFC9111", "4-1")]
    public async Task Keys_HaveSchemeHostPathAndQuery()
    {
        int count = 0;
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response("Cache-Control: max-age=60\r\n", $"answer {++count}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        string[] requests = ["GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /a? HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /a?b HTTP/1.1\r\nHost: a.test\r\n\r\n",
            "GET /A HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /a HTTP/1.1\r\nHost: b.test\r\n\r\n", "GET /a HTTP/1.1\r\nHost: a.test:81\r\n\r\n"];
        var texts = new List<string>();
        foreach (string request in requests.Concat(requests))
        {
            texts.Add((await client.ExchangeAsync(request)).Text);
        }

        Assert.Equal(requests.Length, texts.Distinct().Count());
        Assert.Equal(texts[..requests.Length], texts[requests.Length..]);
        Assert.Equal(texts[0], (await client.ExchangeAsync("GET http://A.Test:80/%61 HTTP/1.1\r\nHost: a.test\r\n\r\n")).Text);
    }

    [Fact]
    public async Task OnlyIfCached_WithNothingStored_Is504()
    {
        await using Story story = CacheStage.Begin();
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(504, (await client.ExchangeAsync(CacheStage.Get("/", "Cache-Control: only-if-cached\r\n"))).Status);
        Assert.Equal("not_cached", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Valid_StoresWhatTheServerSaysNothingAbout()
    {
        var plan = new CachePlan { Valid = [new StatusLifetime(new(404, 404), 60)] };
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response("", "gone", 404), plan);
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(404, (await client.ExchangeAsync(CacheStage.Get())).Status);
        Assert.Equal(404, (await client.ExchangeAsync(CacheStage.Get())).Status);
        Assert.Equal(1, server.RequestCount);
    }

    [Fact]
    public async Task MinUses_StoresWhatIsAskedForSoOften()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response("Cache-Control: max-age=60\r\n"), new CachePlan { UsesMin = 3 });
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            await client.ExchangeAsync(CacheStage.Get());
        }

        Assert.Equal(3, server.RequestCount);
    }

    [Theory]
    [InlineData("Set-Cookie: id=1\r\nCache-Control: max-age=60, no-cache=\"set-cookie\"\r\n", CacheIgnored.None)]
    [InlineData("Set-Cookie: id=1\r\nCache-Control: max-age=60\r\n", CacheIgnored.SetCookie)]
    public async Task CookieThatIsNotStored_IsForTheFirstClient(string fields, CacheIgnored ignored)
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(fields), new CachePlan { Ignore = ignored });
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("id=1", (await client.ExchangeAsync(CacheStage.Get()))["Set-Cookie"]);
        Assert.Null((await client.ExchangeAsync(CacheStage.Get()))["Set-Cookie"]);
        Assert.Equal(1, server.RequestCount);
    }
}
