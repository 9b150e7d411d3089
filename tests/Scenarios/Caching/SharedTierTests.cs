using Sluice.Proxy;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Scenarios.Compression;
using Sluice.TestKit.Caching;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Caching;

/// <summary>A tier that the program brings along, which several proxies share: what one has fetched none of the others fetches, and what one has purged none of them sends.</summary>
public sealed class SharedTierTests : IDisposable
{
    private const string Fresh = "Cache-Control: max-age=600\r\nETag: \"a\"\r\nSurrogate-Key: all\r\n";

    private readonly ScratchFolder _folder = new();
    private readonly SharedStore _store = new();
    private int _answers;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(5, "")]
    [InlineData(5, "Vary: Accept-Language\r\n")]
    [InlineData(700_000, "")]
    [InlineData(3_000_000, "")]
    public async Task Response_ThatOneProxyHasFetched_IsSentByTheOther(int bytes, string fields)
    {
        string content = new('x', bytes);
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh + fields, content))]);
        await using ProxyFixture one = Start(server);
        await using ProxyFixture other = Start(server);
        HttpResponse miss = await GetAsync(one);
        await Patience.UntilAsync(() => _store.Count == (fields.Length == 0 ? 1 : 2));

        HttpResponse hit = await GetAsync(other);
        HttpResponse again = await GetAsync(other);

        Assert.Contains("fwd=uri-miss", miss["Cache-Status"], StringComparison.Ordinal);
        Assert.Contains("; hit;", hit["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal((content, content, content), (miss.Text, hit.Text, again.Text));
        Assert.Equal(1, server.RequestCount);
    }

    [Fact]
    public async Task Range_OfWhatIsInTheStoreAlone_IsReadFromThere()
    {
        string content = string.Concat(Enumerable.Range(0, 300_000).Select(i => (char)('a' + (i % 26))));
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh, content))]);
        await using ProxyFixture one = Start(server);
        await using ProxyFixture other = Start(server);
        await GetAsync(one);
        await Patience.UntilAsync(() => _store.Count == 1);

        HttpResponse part = await GetAsync(other, "Range: bytes=270000-270009\r\n");

        Assert.Equal((206, content[270_000..270_010]), (part.Status, part.Text));
        Assert.Equal(1, server.RequestCount);
    }

    [Theory]
    [InlineData(CachePurgeKind.All, "")]
    [InlineData(CachePurgeKind.Url, "http://a.test/")]
    [InlineData(CachePurgeKind.Prefix, "http://a.test")]
    [InlineData(CachePurgeKind.Host, "a.test")]
    [InlineData(CachePurgeKind.Tag, "all")]
    public async Task Purge_AtOneProxy_HoldsAtTheOther(CachePurgeKind kind, string text)
    {
        await using RecordingUpstream server = StartCounting();
        await using ProxyFixture one = Start(server);
        await using ProxyFixture other = Start(server);
        await StoreEverywhereAsync(one, other);

        Assert.Equal(1, one.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false)));

        Assert.Equal("answer 2", (await GetAsync(other)).Text);
    }

    [Fact]
    public async Task SoftPurge_AtOneProxy_HasTheOtherAskTheServer()
    {
        await using RecordingUpstream server = RecordingUpstream.Start(
            request => [Bytes.Of(request.Has("If-None-Match") ? $"HTTP/1.1 304 Not Modified\r\n{Fresh}\r\n" : CacheStage.Response(Fresh, "first"))]);
        await using ProxyFixture one = Start(server);
        await using ProxyFixture other = Start(server);
        await StoreEverywhereAsync(one, other);
        one.Server.PurgeCache(new CachePurge(CachePurgeKind.Tag, "all", IsSoft: true));

        HttpResponse asked = await GetAsync(other);
        await using ProxyFixture third = Start(server);
        HttpResponse hit = await GetAsync(third);

        Assert.Equal(("first", "first"), (asked.Text, hit.Text));
        Assert.Contains("; hit;", hit["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal(2, server.RequestCount);
    }

    [Fact]
    public async Task UnsafeMethod_AtOneProxy_RemovesWhatTheOtherHas()
    {
        await using RecordingUpstream server = StartCounting();
        await using ProxyFixture one = Start(server);
        await using ProxyFixture other = Start(server);
        await StoreEverywhereAsync(one, other);

        await (await one.ConnectAsync()).ExchangeAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("answer 3", (await GetAsync(other)).Text);
    }

    [Fact]
    public async Task Response_ThatWasPurgedWhileItWasFetched_IsNotShared()
    {
        await using Story story = Story.Begin(CacheStage.SetupOf() with { CacheTier = _store.NewTier() });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n{Fresh}\r\nhe");
        await client.ReadHeadAsync();
        story.Proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.All, "", IsSoft: false));
        await server.SendAsync("llo");
        await client.ExpectAsync("hello");

        await using RecordingUpstream unasked = StartCounting();
        await using ProxyFixture other = Start(unasked);
        HttpResponse response = await GetAsync(other, "Cache-Control: only-if-cached\r\n");
        Assert.Equal(504, response.Status);
    }

    [Fact]
    public async Task Validation_ThatEndsAfterAnotherProxyStoredSomethingNewer_LeavesThatAsItIs()
    {
        await using Story story = Story.Begin(CacheStage.SetupOf() with { CacheTier = _store.NewTier() });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=0, must-revalidate\r\nETag: \"a\"\r\n", "older"));
        await client.ReadResponseAsync();
        await Patience.UntilAsync(() => _store.Count == 1);
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();

        await using RecordingUpstream newer = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response("Cache-Control: max-age=600\r\nETag: \"b\"\r\n", "newer"))]);
        await using ProxyFixture other = Start(newer);
        Assert.Equal("newer", (await GetAsync(other)).Text);
        await Patience.UntilAsync(() => _store.Find(value => value.Contains("\"b\"", StringComparison.Ordinal)));
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nCache-Control: max-age=600\r\n\r\n");
        await client.ReadResponseAsync();

        await using ProxyFixture third = Start(newer);
        HttpResponse hit = await GetAsync(third);
        Assert.Equal(("newer", "\"b\""), (hit.Text, hit["ETag"]));
    }

    [Fact]
    public async Task MemoryHit_AsksTheStoreNothing()
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh + "Content-Type: image/png\r\n", new string('x', 5000)))]);
        ProxySetup setup = new() { Route = route => route with { Cache = new CachePlan(), Compression = CompressionStory.Steady }, CacheTier = _store.NewTier() };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        await GetAsync(proxy, "Accept-Encoding: gzip\r\n");
        int finds = _store.Finds;

        for (int i = 0; i < 10; i++)
        {
            await GetAsync(proxy, "Accept-Encoding: gzip\r\n");
        }

        Assert.Equal(finds, _store.Finds);
        Assert.Equal(1, server.RequestCount);
    }

    [Fact]
    public async Task DiskAndStore_AreGivenEverything_AndTheDiskIsAskedFirst()
    {
        await using RecordingUpstream server = StartCounting();
        await using (ProxyFixture before = Start(server, diskUses: 2))
        {
            await GetAsync(before);
            await Patience.UntilAsync(() => _store.Count == 1);
            Assert.Equal(0, before.Server.CacheTotals.DiskObjects);

            // Asked for again, it is for the disk as well.
            await GetAsync(before);
            await Patience.UntilAsync(() => before.Server.CacheTotals.DiskObjects == 1);
        }

        int finds = _store.Finds;
        await using ProxyFixture after = Start(server, diskUses: 2);
        Assert.Equal("answer 1", (await GetAsync(after)).Text);
        Assert.Equal(finds, _store.Finds);

        // Without the disk, the store has it.
        await using ProxyFixture other = Start(server);
        Assert.Equal("answer 1", (await GetAsync(other)).Text);
        Assert.Equal(finds + 1, _store.Finds);
    }

    [Fact]
    public async Task Purge_WithDiskAndStore_LeavesNothingInEither()
    {
        await using RecordingUpstream server = StartCounting();
        await using (ProxyFixture before = Start(server, diskUses: 1))
        {
            await GetAsync(before);
            await Patience.UntilAsync(() => _store.Count == 1 && before.Server.CacheTotals.DiskObjects == 1);
            Assert.Equal(1, before.Server.PurgeCache(new CachePurge(CachePurgeKind.Tag, "all", IsSoft: false)));
        }

        await using ProxyFixture after = Start(server, diskUses: 1);
        Assert.Equal("answer 2", (await GetAsync(after)).Text);
    }

    [Fact]
    public async Task PurgeElsewhere_ReachesTheDisk()
    {
        await using RecordingUpstream server = StartCounting();
        await using ProxyFixture other = Start(server);
        await using (ProxyFixture before = Start(server, diskUses: 1))
        {
            await GetAsync(before);
            await Patience.UntilAsync(() => _store.Count == 1 && before.Server.CacheTotals.DiskObjects == 1);
            other.Server.PurgeCache(new CachePurge(CachePurgeKind.Tag, "all", IsSoft: false));
        }

        await using ProxyFixture after = Start(server, diskUses: 1);
        Assert.Equal("answer 2", (await GetAsync(after)).Text);
    }

    [Fact]
    public async Task StoreThatDoesNotAnswer_CostsTheRequestALittleTime()
    {
        await using RecordingUpstream server = StartCounting();
        SharedTier tier = _store.NewTier();
        var never = new TaskCompletionSource<ITierObject?>();
        tier.Finding = () => never.Task;
        await using ProxyFixture proxy = Start(server, tier);

        Assert.Equal("answer 1", (await GetAsync(proxy)).Text);
    }

    [Fact]
    public async Task StoreThatThrows_IsReportedOnce_AndCostsNoRequest()
    {
        await using RecordingUpstream server = StartCounting();
        SharedTier tier = _store.NewTier();
        tier.Finding = () => Task.FromException<ITierObject?>(new InvalidOperationException("of the tier"));
        var messages = new MessageCapture();
        ProxySetup setup = CacheStage.SetupOf();
        await using SluiceServer proxy = SluiceServer.Start(setup.ToPlan([server.Plan]), new SluiceServerOptions { Workers = 1, AccessLogOutput = Stream.Null, Log = messages.Add, CacheTier = tier });
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(proxy.EndPoints[0], new Transcript(), "client");

        Assert.Equal("answer 1", (await client.ExchangeAsync(CacheStage.Get("/1"))).Text);
        Assert.Equal("answer 2", (await client.ExchangeAsync(CacheStage.Get("/2"))).Text);
        await Patience.UntilAsync(() => messages.Bugs.Count > 0);
        Assert.Contains("of the tier", Assert.Single(messages.Bugs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ObjectOfAnotherMaking_IsNone()
    {
        await using RecordingUpstream server = StartCounting();
        SharedTier tier = _store.NewTier();
        tier.Finding = () => Task.FromResult<ITierObject?>(new SharedObject([1], [1, 2, 3], Bytes.Of("HTTP/1.1 200 OK\r\n\r\n"), long.MaxValue, Bytes.Of("foreign")));
        await using ProxyFixture proxy = Start(server, tier);

        Assert.Equal("answer 1", (await GetAsync(proxy)).Text);
    }

    [Fact]
    public async Task WhatATierCouldNotTake_IsTriedAgainWhenItTakesObjectsAgain()
    {
        await using RecordingUpstream server = StartCounting();
        var tier = new SharedTier(_store) { UsesMin = 2 };
        await using ProxyFixture proxy = Start(server, tier);
        await GetAsync(proxy);
        tier.FailNext();
        await GetAsync(proxy);

        // Only when the copy has ended, and was put off because the tier takes nothing, it is tried again.
        await Patience.UntilAsync(() => tier.Failures == 1 && tier.Refusals > 0);
        await GetAsync(proxy);
        Assert.Equal(0, _store.Count);

        tier.Recover();
        DateTime deadline = DateTime.UtcNow + Patience.PerStep;
        while (_store.Count == 0)
        {
            Assert.True(DateTime.UtcNow < deadline, "It was not tried again.");
            await GetAsync(proxy);
        }

        Assert.Equal(1, server.RequestCount);
    }

    private static async Task<HttpResponse> GetAsync(ProxyFixture proxy, string fields = "") => await (await proxy.ConnectAsync()).ExchangeAsync(CacheStage.Get("/", fields));

    private RecordingUpstream StartCounting() => RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh, $"answer {Interlocked.Increment(ref _answers)}"))]);

    private async Task StoreEverywhereAsync(ProxyFixture one, ProxyFixture other)
    {
        HttpResponse first = await GetAsync(one);
        await Patience.UntilAsync(() => _store.Count == 1);
        Assert.Equal(first.Text, (await GetAsync(other)).Text);
    }

    private ProxyFixture Start(RecordingUpstream server, SharedTier? tier = null, int diskUses = 0)
    {
        DiskCachePlan? disk = diskUses == 0 ? null : new DiskCachePlan(_folder.Path) { FreeBytesMin = 0, UsesMin = diskUses };
        ProxySetup setup = CacheStage.SetupOf() with { Cache = new CacheStorePlan { MemoryObjectBytesMax = 1024 * 1024, Disk = disk }, CacheTier = tier ?? _store.NewTier() };
        return ProxyFixture.Start(setup, new Transcript(), server.Plan);
    }
}
