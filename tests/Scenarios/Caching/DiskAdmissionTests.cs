using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Matching;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Caching;

/// <summary>What is asked for once stays in memory; what is asked for again goes to disk.</summary>
public sealed class DiskAdmissionTests : IDisposable
{
    private const string Fresh = "Cache-Control: max-age=600\r\nETag: \"a\"\r\n";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", 1)]
    [InlineData("Vary: Accept-Language\r\n", 2)]
    public async Task Response_ThatIsAskedForAgain_IsThereAfterARestart(string fields, int objects)
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh + fields))]);
        await using (ProxyFixture before = ProxyFixture.Start(Setup(), new Transcript(), server.Plan))
        {
            ScriptedClient first = await before.ConnectAsync();
            await first.ExchangeAsync(CacheStage.Get("/once"));
            await first.ExchangeAsync(CacheStage.Get("/twice"));
            await first.ExchangeAsync(CacheStage.Get("/twice"));
            await before.UntilOnDiskAsync(objects);
        }

        await using ProxyFixture after = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await after.ConnectAsync();
        HttpResponse hit = await client.ExchangeAsync(CacheStage.Get("/twice"));
        Assert.Contains("; hit;", hit["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal(2, server.RequestCount);
        HttpResponse miss = await client.ExchangeAsync(CacheStage.Get("/once"));
        Assert.Contains("fwd=uri-miss", miss["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal(3, server.RequestCount);
    }

    [Fact]
    public async Task MinUses_OfAllTheStore_CountsWhatItSays()
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh))]);
        await using (ProxyFixture before = ProxyFixture.Start(Setup(uses: 4), new Transcript(), server.Plan))
        {
            ScriptedClient first = await before.ConnectAsync();
            for (int i = 0; i < 3; i++)
            {
                await first.ExchangeAsync(CacheStage.Get("/thrice"));
            }

            for (int i = 0; i < 4; i++)
            {
                await first.ExchangeAsync(CacheStage.Get("/often"));
            }

            await before.UntilOnDiskAsync(1);
        }

        await using ProxyFixture after = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await after.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get("/often"));
        Assert.Equal(2, server.RequestCount);
        await client.ExchangeAsync(CacheStage.Get("/thrice"));
        Assert.Equal(3, server.RequestCount);
    }

    [Fact]
    public async Task ContentTooLargeForMemory_IsStoredTheSecondTime()
    {
        string content = new('x', 2_000_000);
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh, content))]);
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());
        await client.ExchangeAsync(CacheStage.Get());
        Assert.Equal(2, server.RequestCount);
        await proxy.UntilOnDiskAsync(1);

        Assert.Equal(content, (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal(2, server.RequestCount);
    }

    [Fact]
    public async Task NewerResponse_TakesThePlaceOfTheOneOnDisk_HoweverSeldomItIsAskedFor()
    {
        int count = 0;
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh, $"answer {++count}"))]);
        await StoreOnDiskAsync(server);
        await using (ProxyFixture between = ProxyFixture.Start(Setup(), new Transcript(), server.Plan))
        {
            await between.UntilOnDiskAsync(1);
            Assert.Equal("answer 2", (await (await between.ConnectAsync()).ExchangeAsync(CacheStage.Get("/", "X-Fresh: 1\r\n"))).Text);
            await between.SettleAsync();
        }

        await using ProxyFixture after = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        Assert.Equal("answer 2", (await (await after.ConnectAsync()).ExchangeAsync(CacheStage.Get())).Text);
    }

    [Theory]
    [InlineData(CachePurgeKind.Url, "http://a.test/")]
    [InlineData(CachePurgeKind.Host, "a.test")]
    public async Task Purge_WhileItGoesToDisk_LeavesNothingThere(CachePurgeKind kind, string text)
    {
        int count = 0;
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh, $"answer {++count}"))]);
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        for (int i = 1; i <= 50; i++)
        {
            Assert.Equal($"answer {i}", (await client.ExchangeAsync(CacheStage.Get())).Text);
            Assert.Equal($"answer {i}", (await client.ExchangeAsync(CacheStage.Get())).Text);
            proxy.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false));
        }
    }

    private async Task StoreOnDiskAsync(RecordingUpstream server)
    {
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());
        await client.ExchangeAsync(CacheStage.Get());
        await proxy.UntilOnDiskAsync(1);
    }

    // The memory takes contents of up to 1 MiB.
    private ProxySetup Setup(int? uses = null)
    {
        var disk = new DiskCachePlan(_folder.Path) { FreeBytesMin = 0 };
        var plan = new CachePlan { Bypass = new HeaderCondition("X-Fresh", new ValueTest(ValueTestKind.Present, [])) };
        return CacheStage.SetupOf(plan) with
        {
            Cache = new CacheStorePlan { MemoryObjectBytesMax = 1024 * 1024, Disk = uses is { } min ? disk with { UsesMin = min } : disk },
        };
    }
}
