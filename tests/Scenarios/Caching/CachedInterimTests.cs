using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Caching;

/// <summary>Interim responses (RFC 9110, section 15.2) to requests that the cache fetches something for.</summary>
public sealed class CachedInterimTests
{
    private const string Fresh = "Cache-Control: max-age=60\r\n";
    private const string Hint = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";

    // More than the kernel keeps for a client that doesn't read.
    private const int HintCount = 1000;
    private const int HintBytes = 20_000;

    // A leader that doesn't read is not too slow, however long a busy machine takes to send all of them.
    private static readonly ProxyLimits ManyHints = new() { InterimResponsesMax = HintCount, InterimBytesMax = 2 * HintCount * HintBytes, MinDataRate = 0 };

    [Theory]
    [InlineData(Fresh)]
    [InlineData("Cache-Control: no-store\r\n")]
    public async Task EarlyHints_ReachWhoeverTheyWereAskedFor(string directives)
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());

        await server.SendAsync(Hint);
        HttpResponse first = await client.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </b.js>\r\n\r\n" + CacheStage.Response(directives));
        HttpResponse second = await client.ReadHeadAsync();
        HttpResponse final = await client.ReadResponseAsync();

        Assert.Equal((103, "</a.css>; rel=preload"), (first.Status, first["Link"]));
        Assert.Equal((103, "</b.js>"), (second.Status, second["Link"]));
        Assert.Equal((200, "hello"), (final.Status, final.Text));
    }

    [Fact]
    public async Task EarlyHints_OverHttp2_ReachWhoeverTheyWereAskedFor()
    {
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Http2 = Http2Mode.PriorKnowledge });
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request(), end: true);
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();

        await server.SendAsync(Hint);
        StreamRecord record = client.StreamOf(stream);
        await client.ReadUntilAsync(() => record.Interims.Count == 1, "the hint");
        await server.SendAsync(CacheStage.Response(Fresh));

        Assert.Equal("hello", (await client.ReadResponseAsync(stream)).Text);
        Assert.Equal((103, "</a.css>; rel=preload"), (record.Interims[0].Status, record.Interims[0]["link"]));
    }

    // They may be about what is the leader's alone, which only the final response would say.
    [Fact]
    public async Task EarlyHints_AreNotForThoseWhoReadAlong()
    {
        await using Story story = CacheStage.Begin(new CachePlan { CoalesceTimeoutMs = 60_000 });
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await story.WaitForRequestsAsync(2);

        await server.SendAsync(Hint);
        Assert.Equal(103, (await leader.ReadHeadAsync()).Status);
        await server.SendAsync(CacheStage.Response(Fresh));

        Assert.Equal(200, (await follower.ReadHeadAsync()).Status);
        Assert.Equal("hello", (await leader.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task EarlyHints_AreNotStored()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(Hint + CacheStage.Response(Fresh));
        Assert.Equal(103, (await client.ReadHeadAsync()).Status);
        await client.ReadResponseAsync();

        await client.SendAsync(CacheStage.Get());

        HttpResponse hit = await client.ReadHeadAsync();
        Assert.Equal(200, hit.Status);
        Assert.NotNull(hit["Age"]);
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task LeaderThatDoesNotReadItsHints_HoldsNobodyUp()
    {
        await using Story story = CacheStage.Begin(new CachePlan { CoalesceTimeoutMs = 60_000 }, limits: ManyHints);
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get(), receiveBufferBytes: 4096);
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await story.WaitForRequestsAsync(2);

        await SendHintsAsync(server);
        await server.SendAsync(CacheStage.Response(Fresh));

        Assert.Equal("hello", (await follower.ReadResponseAsync()).Text);
        Assert.Equal("hello", (await ReadFinalAsync(leader)).Text);
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    // What is not stored can't wait for it: the server is asked once more.
    [Fact]
    public async Task LeaderThatDoesNotReadItsHints_GetsWhatIsNotStored_WhenItReads()
    {
        await using Story story = CacheStage.Begin(limits: ManyHints);
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get(), receiveBufferBytes: 4096);
        await SendHintsAsync(server);
        await server.SendAsync(CacheStage.Response("Cache-Control: no-store\r\n", "first"));

        // The kernel has taken that. The proxy has to come to it before the leader reads, and then this fetch is none for others any more.
        await story.WaitForNoFetchAsync();
        Task<HttpResponse> reading = ReadFinalAsync(leader);
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response("Cache-Control: no-store\r\n", "second"));

        Assert.Equal("second", (await reading).Text);
    }

    private static async Task SendHintsAsync(ScriptedServerConnection server)
    {
        server.StepTimeout = TimeSpan.FromSeconds(30);
        byte[] hint = Bytes.Of($"HTTP/1.1 103 Early Hints\r\nLink: </{new string('a', HintBytes)}>\r\n\r\n");
        for (int i = 0; i < HintCount; i++)
        {
            await server.SendAsync(hint);
        }
    }

    private static async Task<HttpResponse> ReadFinalAsync(ScriptedClient client)
    {
        client.StepTimeout = TimeSpan.FromSeconds(30);
        HttpResponse head = await client.ReadHeadAsync();
        while (head.Status == 103)
        {
            head = await client.ReadHeadAsync();
        }

        return head with { Content = await client.ReadExactlyAsync(int.Parse(head["Content-Length"]!, System.Globalization.CultureInfo.InvariantCulture)) };
    }
}
