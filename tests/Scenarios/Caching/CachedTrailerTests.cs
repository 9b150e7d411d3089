using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Scenarios.Compression;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Caching;

/// <summary>Trailers (RFC 9110, section 6.5) of responses that the cache fetches: for those who read along, and not stored.</summary>
public sealed class CachedTrailerTests
{
    private const string Fresh = "Cache-Control: max-age=60\r\n";
    private const string Head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n";
    private const string End = "0\r\nX-Sum: 42\r\nSet-Cookie: a=b\r\n\r\n";

    [Theory]
    [InlineData("Cache-Control: no-store\r\n")]
    [InlineData(Fresh)]
    public async Task Trailers_ReachTheFirstClient_WhetherTheResponseIsStoredOrNot(string directives)
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());

        await server.SendAsync($"{Head}{directives}\r\n5\r\nhello\r\n{End}");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("hello", "42"), (response.Text, response.Trailer("X-Sum")));
        Assert.Null(response.Trailer("Set-Cookie"));
    }

    [Fact]
    public async Task Trailers_OfAStoredResponse_AreNotStored()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"{Head}{Fresh}\r\n5\r\nhello\r\n{End}");
        await client.ReadResponseAsync();

        HttpResponse hit = await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal(("hello", "5", null), (hit.Text, hit["Content-Length"], hit["Trailer"]));
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Trailers_ReachAllWhoReadAlong(int workers)
    {
        await using Story story = CacheStage.Begin(workers: workers);
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"{Head}{Fresh}\r\n5\r\nhello\r\n");
        ScriptedClient[] clients = [leader, .. await Task.WhenAll(Enumerable.Range(0, 4).Select(i => story.ConnectAsync($"follower {i}")))];
        await Task.WhenAll(clients[1..].Select(follower => follower.SendAsync(CacheStage.Get())));
        HttpResponse[] heads = await Task.WhenAll(clients.Select(client => client.ReadHeadAsync()));
        await server.SendAsync(End);

        for (int i = 0; i < clients.Length; i++)
        {
            Assert.Equal("chunked", heads[i]["Transfer-Encoding"]);
            Assert.EndsWith("0\r\nX-Sum: 42\r\n\r\n", await clients[i].ReadThroughAsync("\r\n\r\n"));
        }
    }

    [Fact]
    public async Task Trailers_BehindWhatBecameTooLarge_ReachItsReaders()
    {
        const int Length = 3 * 1024 * 1024;
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Cache = new CacheStorePlan { MemoryObjectBytesMax = 1024 * 1024 } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        Task<HttpResponse> reading = client.ReadResponseAsync();

        await server.SendAsync($"{Head}{Fresh}\r\n{Length:x}\r\n{new string('x', Length)}\r\n{End}");
        HttpResponse response = await reading;

        Assert.Equal((Length, "42"), (response.Content.Length, response.Trailer("X-Sum")));
    }

    [Fact]
    public async Task Trailers_OverHttp2_ReachTheFirstClient()
    {
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Http2 = Http2Mode.PriorKnowledge });
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request(), end: true);
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();

        await server.SendAsync($"{Head}{Fresh}\r\n5\r\nhello\r\n{End}");
        HttpResponse response = await client.ReadResponseAsync(stream);

        Assert.Equal(("hello", "42"), (response.Text, response.Trailer("x-sum")));
    }

    [Fact]
    public async Task Trailers_ToAnHttp10Client_AreLeftOut()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");

        await server.SendAsync($"{Head}{Fresh}\r\n5\r\nhello\r\n{End}");

        Assert.Equal("hello", (await client.ReadResponseAsync()).Text);
    }

    // RFC 9530: they are about other bytes. Who takes the content as it is gets them.
    [Fact]
    public async Task Checksums_AreLeftOutForThoseWhoGetItCompressed_AndForNobodyElse()
    {
        ProxySetup setup = CacheStage.SetupOf();
        await using Story story = Story.Begin(setup with { Route = route => setup.Route!(route) with { Compression = CompressionStory.Steady } });
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get(fields: "Accept-Encoding: gzip\r\n"));
        await server.SendAsync($"{Head}{Fresh}Content-Type: text/plain\r\n\r\n");
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await follower.ReadHeadAsync();
        await server.SendAsync("5\r\nhello\r\n0\r\nContent-Digest: sha-256=:AAAA:\r\nX-Sum: 42\r\n\r\n");

        HttpResponse compressed = await leader.ReadResponseAsync();
        string plain = await follower.ReadThroughAsync("\r\n\r\n");

        Assert.Equal(("gzip", "hello"), (compressed["Content-Encoding"], CompressionStory.Decode("gzip", compressed.Content)));
        Assert.Equal(["X-Sum"], compressed.Trailers.Select(field => field.Key));
        Assert.EndsWith("0\r\nContent-Digest: sha-256=:AAAA:\r\nX-Sum: 42\r\n\r\n", plain);
    }
}
