using System.Text;
using Sluice.Http.Representations;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Scenarios.Compression;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Caching;

/// <summary>A stored response is compressed once for all who take the encoding, also where it is on disk.</summary>
public sealed class EncodedOnDiskTests : IDisposable
{
    private const string Fields = "Cache-Control: max-age=600\r\nContent-Type: text/plain\r\nETag: \"a\"\r\nSurrogate-Key: one\r\n";

    // A list of fields that responses vary by is an object, too.
    private const string Varying = Fields + "Vary: Accept-Language\r\n";


    private readonly ScratchFolder _folder = new();

    public static TheoryData<int, string> Contents => new() { { 20_000, Fields }, { 20_000, Varying }, { 3_000_000, Fields } };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task StoredResponse_IsCompressedOnce_AndNotAgainAfterARestart(int bytes, string fields)
    {
        string content = TextOf(bytes, 1);
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(fields, content))]);
        await using (ProxyFixture before = Start(server))
        {
            ScriptedClient client = await before.ConnectAsync();
            await FillAsync(before, client, content, fields);
            long compressed = CompressedOf(before);

            Assert.Equal(content, await GetAsync(client));
            Assert.Equal(compressed, CompressedOf(before));
        }

        int asked = server.RequestCount;
        await using ProxyFixture after = Start(server);
        ScriptedClient later = await after.ConnectAsync();
        HttpResponse hit = await later.ExchangeAsync(Request);
        HttpResponse plain = await later.ExchangeAsync(CacheStage.Get());

        Assert.Equal((content, "gzip", "W/\"a\""), (CompressionStory.Decode("gzip", hit.Content), hit["Content-Encoding"], hit["ETag"]));
        Assert.Contains("; hit;", hit["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal($"{hit.Content.Length}", hit["Content-Length"]);
        Assert.False(hit.Has("Surrogate-Key"));
        Assert.Equal((content, null), (plain.Text, plain["Content-Encoding"]));
        Assert.Equal(0, CompressedOf(after));
        Assert.Equal(asked, server.RequestCount);
    }

    [Theory]
    [InlineData(20_000, CachePurgeKind.Tag, "one")]
    [InlineData(20_000, CachePurgeKind.Url, "http://a.test/")]
    [InlineData(3_000_000, CachePurgeKind.Tag, "one")]
    [InlineData(3_000_000, CachePurgeKind.Url, "http://a.test/")]
    public async Task Purge_TakesTheEncodingsOnDiskAlong(int bytes, CachePurgeKind kind, string text)
    {
        int number = 1;
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fields, TextOf(bytes, Volatile.Read(ref number))))]);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        await FillAsync(proxy, client, TextOf(bytes, 1), Fields);

        Volatile.Write(ref number, 2);
        proxy.Server.PurgeCache(new CachePurge(kind, text, IsSoft: false));

        await Patience.UntilAsync(() => proxy.Server.CacheTotals.DiskObjects == 0);
        Assert.Equal(TextOf(bytes, 2), await GetAsync(client));
        Assert.Equal(TextOf(bytes, 2), await GetAsync(client));
    }

    [Fact]
    public async Task UnsafeMethod_TakesTheEncodingsOnDiskAlong()
    {
        int number = 1;
        await using RecordingUpstream server = RecordingUpstream.Start(
            request => [Bytes.Of(request.Method == "GET" ? CacheStage.Response(Fields, TextOf(20_000, Volatile.Read(ref number))) : CacheStage.Response(""))]);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        await FillAsync(proxy, client, TextOf(20_000, 1), Fields);

        Volatile.Write(ref number, 2);
        await client.ExchangeAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(TextOf(20_000, 2), await GetAsync(client));
        Assert.Equal(TextOf(20_000, 2), await GetAsync(client));
    }

    private static string Request => CacheStage.Get("/", "Accept-Encoding: gzip\r\n");

    private static string TextOf(int bytes, int number)
    {
        var text = new StringBuilder();
        for (int i = 0; text.Length < bytes; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{number} and line {i}\n");
        }

        return text.ToString(0, bytes);
    }

    private static async Task<string> GetAsync(ScriptedClient client) => CompressionStory.Decode("gzip", (await client.ExchangeAsync(Request)).Content);

    private static long CompressedOf(ProxyFixture proxy) => proxy.Server.CompressionOf(ContentCoding.Gzip).Compressed.Responses;

    // Asked for until the response and its copy are both there: what is too large for memory may be fetched again before it is on disk.
    private static async Task FillAsync(ProxyFixture proxy, ScriptedClient client, string content, string fields)
    {
        int objects = fields == Varying ? 3 : 2;
        long compressed;
        DateTime deadline = DateTime.UtcNow + Patience.PerStep;
        do
        {
            Assert.True(DateTime.UtcNow < deadline, "It was not stored.");
            compressed = CompressedOf(proxy);
            Assert.Equal(content, await GetAsync(client));
        }
        while (CompressedOf(proxy) > compressed || proxy.Server.CacheTotals.DiskObjects < objects);
    }

    private ProxyFixture Start(RecordingUpstream server)
    {
        ProxySetup setup = new()
        {
            Route = route => route with { Cache = new CachePlan(), Compression = CompressionStory.Steady },
            Cache = new CacheStorePlan { MemoryObjectBytesMax = 1024 * 1024, Disk = new DiskCachePlan(_folder.Path) { FreeBytesMin = 0 } },
        };
        return ProxyFixture.Start(setup, new Transcript(), server.Plan);
    }
}
