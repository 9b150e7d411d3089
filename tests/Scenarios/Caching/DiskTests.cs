using System.Text;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans.Caching;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Caching;

/// <summary>What is stored outlives the program, and may be larger than the memory for it.</summary>
public sealed class DiskTests : IDisposable
{
    private const string Fresh = "Cache-Control: max-age=600\r\nETag: \"a\"\r\n";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(5, "")]
    [InlineData(5, "Vary: Accept-Language\r\n")]
    [InlineData(700_000, "")]
    [InlineData(3_000_000, "")]
    public async Task StoredResponse_IsThereAfterARestart(int bytes, string fields)
    {
        string content = Content(bytes);
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh + fields, content))]);
        await using (ProxyFixture before = ProxyFixture.Start(Setup(), new Transcript(), server.Plan))
        {
            HttpResponse first = await (await before.ConnectAsync()).ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
            Assert.Equal(content, first.Text);
            await before.UntilOnDiskAsync(fields.Length == 0 ? 1 : 2);
        }

        await using ProxyFixture after = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await after.ConnectAsync();
        HttpResponse hit = await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
        HttpResponse part = await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\nRange: bytes=2-4\r\n"));

        Assert.Equal(content, hit.Text);
        Assert.Contains("; hit;", hit["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal(content[2..5], part.Text);
        Assert.Equal(1, server.RequestCount);
    }

    [Fact]
    public async Task ContentTooLargeForMemory_GoesOnOnDisk_ForAllWhoReadAlong()
    {
        string content = Content(3_000_000);
        await using Story story = Story.Begin(Setup());
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{Fresh}\r\n");
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await follower.ReadHeadAsync();
        await leader.ReadHeadAsync();
        Task<string> first = ReadChunksAsync(leader);
        Task<string> second = ReadChunksAsync(follower);
        await server.SendAsync($"{content.Length:x}\r\n{content}\r\n0\r\n\r\n");

        Assert.Equal(content, await first);
        Assert.Equal(content, await second);
        await story.Proxy.UntilOnDiskAsync(1);
        Assert.Equal(content, (await leader.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task StaleResponseOnDisk_IsAskedAbout_AndSentAgain()
    {
        string content = Content(3_000_000);
        await using Story story = Story.Begin(Setup());
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\nAge: 60\r\nETag: \"a\"\r\n", content));
        Assert.Equal(content, (await client.ReadResponseAsync()).Text);
        await story.Proxy.UntilOnDiskAsync(1);
        await client.SendAsync(CacheStage.Get());
        Assert.Equal("\"a\"", (await server.ReadHeadAsync())["If-None-Match"]);
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nCache-Control: max-age=600\r\nX-New: after\r\n\r\n");
        HttpResponse again = await client.ReadResponseAsync();

        Assert.Equal((content, "after"), (again.Text, again["X-New"]));
        HttpResponse hit = await AskUntilFreshAsync(client);
        Assert.Equal(content, hit.Text);
        Assert.Contains("; hit;", hit["Cache-Status"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CachePurgeKind.Url, "http://a.test/")]
    [InlineData(CachePurgeKind.All, "")]
    public async Task Purge_RemovesFromDiskToo(CachePurgeKind kind, string text)
    {
        int count = 0;
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh, $"answer {++count}"))]);
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());
        await proxy.UntilOnDiskAsync(1);

        Assert.Equal(1, proxy.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false)));
        Assert.Equal("answer 2", (await client.ExchangeAsync(CacheStage.Get())).Text);
    }

    [Theory]
    [InlineData(CachePurgeKind.All, "")]
    [InlineData(CachePurgeKind.Url, "http://a.test/")]
    [InlineData(CachePurgeKind.Prefix, "http://a.test/")]
    public async Task Purge_CountsEachResponseOnce_InWhicheverTierItIs(CachePurgeKind kind, string text)
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh + "Vary: Accept-Language\r\n"))]);
        await using (ProxyFixture before = ProxyFixture.Start(Setup(), new Transcript(), server.Plan))
        {
            ScriptedClient first = await before.ConnectAsync();
            await first.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
            await first.ExchangeAsync(CacheStage.Get("/", "Accept-Language: en\r\n"));
            await before.UntilOnDiskAsync(3);
        }

        // One of two is in memory, too.
        await using ProxyFixture after = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        await after.UntilOnDiskAsync(3);
        ScriptedClient client = await after.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
        Assert.Equal(2, server.RequestCount);

        Assert.Equal(2, after.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false)));
        Assert.Equal(0, after.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false)));
    }

    [Fact]
    public async Task FolderThatCannotBeUsed_IsTold_AndRequestsAreServed()
    {
        string file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        ProxySetup setup = CacheStage.SetupOf() with { Cache = new CacheStorePlan { Disk = new DiskCachePlan(file) } };
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh))]);
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal(1, server.RequestCount);
        Assert.Contains(proxy.Messages.Lines, line => line.Contains("kept in memory only", StringComparison.Ordinal));
    }

    private static string Content(int bytes) => string.Create(bytes, 0, static (text, _) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)('a' + (i / 7 % 26));
        }
    });

    // The thread that writes makes it fresh, somewhat behind the response. The server isn't asked meanwhile.
    private static async Task<HttpResponse> AskUntilFreshAsync(ScriptedClient client)
    {
        DateTime deadline = DateTime.UtcNow + Patience.PerStep;
        while (true)
        {
            HttpResponse response = await client.ExchangeAsync(CacheStage.Get("/", "Cache-Control: only-if-cached\r\n"));
            if (response.Status != 504)
            {
                return response;
            }

            Assert.True(DateTime.UtcNow < deadline, "It is still stale.");
            await Task.Delay(10);
        }
    }

    private static async Task<string> ReadChunksAsync(ScriptedClient client)
    {
        var content = new StringBuilder();
        while (true)
        {
            int count = Convert.ToInt32((await client.ReadThroughAsync("\r\n")).TrimEnd(), 16);
            content.Append(Bytes.Text(await client.ReadExactlyAsync(count)));
            await client.ExpectAsync("\r\n");
            if (count == 0)
            {
                return content.ToString();
            }
        }
    }

    // The memory takes contents of up to 1 MiB.
    private ProxySetup Setup() => CacheStage.SetupOf() with
    {
        Cache = new CacheStorePlan { MemoryObjectBytesMax = 1024 * 1024, Disk = new DiskCachePlan(_folder.Path) { FreeBytesMin = 0, UsesMin = 1 } },
    };
}
