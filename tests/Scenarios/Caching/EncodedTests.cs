using System.IO.Compression;
using System.Text;
using Sluice.Http.Representations;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Scenarios.Compression;

namespace Sluice.Scenarios.Caching;

/// <summary>A stored response is compressed once for all who take the encoding.</summary>
public sealed class EncodedTests
{
    private const string Fields = "Cache-Control: max-age=60\r\nContent-Type: text/plain\r\nETag: \"a\"\r\nVary: Accept-Language\r\nSurrogate-Key: one\r\n";

    private static readonly string Content = string.Concat(Enumerable.Repeat("the same words again and again. ", 400));

    [Fact]
    public async Task Hits_AreSentAsTheyWereCompressedBefore()
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fields, Content))]);
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        string request = CacheStage.Get("/", "Accept-Encoding: gzip\r\nAccept-Language: de\r\n");
        HttpResponse miss = await client.ExchangeAsync(request);
        HttpResponse first = await client.ExchangeAsync(request);
        long compressed = proxy.Server.CompressionOf(ContentCoding.Gzip).Compressed.Responses;
        HttpResponse second = await client.ExchangeAsync(request);
        HttpResponse plain = await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
        HttpResponse notModified = await client.ExchangeAsync(CacheStage.Get("/", "Accept-Encoding: gzip\r\nAccept-Language: de\r\nIf-None-Match: W/\"a\"\r\n"));

        Assert.All([miss, first, second], response => Assert.Equal((Content, "gzip", "W/\"a\""), (Unpack(response.Content), response["Content-Encoding"], response["ETag"])));
        Assert.Equal(compressed, proxy.Server.CompressionOf(ContentCoding.Gzip).Compressed.Responses);
        Assert.Equal("Accept-Language, Accept-Encoding", second["Vary"]);
        Assert.False(second.Has("Surrogate-Key"));
        Assert.NotNull(second["Content-Length"]);

        // A range is one of the content as it was stored, and would not go on with what the client has.
        Assert.All([miss, first, second], response => Assert.Null(response["Accept-Ranges"]));
        Assert.Equal("bytes", plain["Accept-Ranges"]);
        Assert.Contains("; hit;", second["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal((Content, null), (plain.Text, plain["Content-Encoding"]));
        Assert.Equal(304, notModified.Status);
        Assert.Equal(1, server.RequestCount);
    }

    [Fact]
    public async Task ReplacedResponse_TakesItsEncodingsAlong()
    {
        int count = 0;
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fields, $"{Content} {++count}"))]);
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(), new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        string request = CacheStage.Get("/", "Accept-Encoding: gzip\r\n");
        for (int i = 0; i < 3; i++)
        {
            Assert.EndsWith(" 1", Unpack((await client.ExchangeAsync(request)).Content), StringComparison.Ordinal);
        }

        Assert.Equal(1, proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.Tag, "one", IsSoft: false)));
        for (int i = 0; i < 3; i++)
        {
            Assert.EndsWith(" 2", Unpack((await client.ExchangeAsync(request)).Content), StringComparison.Ordinal);
        }
    }

    // An exchange serves one request after another, of whatever routes.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RouteThatDoesNotCompress_IsServedByAnExchangeThatDid(bool decompresses)
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fields, Content))]);
        ProxySetup setup = CacheStage.SetupOf();
        var proxied = new UpstreamPlan { Name = "other", Servers = [server.Plan] };
        RoutePlan compressed = new RoutePlan { Name = "compressed", Paths = [new PathMatch("/c", IsPrefix: true)], Action = new ProxyAction(proxied) };
        compressed = decompresses ? compressed with { Decompress = true } : compressed with { Compression = CompressionStory.Steady };
        await using ProxyFixture proxy = ProxyFixture.Start(setup with { Routes = [compressed], OtherUpstreams = [proxied] }, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        string request = CacheStage.Get("/", "Accept-Encoding: gzip\r\n");
        await client.ExchangeAsync(request);
        await client.ExchangeAsync(CacheStage.Get("/c", "Accept-Encoding: gzip\r\n"));

        HttpResponse hit = await client.ExchangeAsync(request);

        Assert.Equal((Content, null), (hit.Text, hit["Content-Encoding"]));
        Assert.Contains("; hit;", hit["Cache-Status"], StringComparison.Ordinal);
    }

    private static ProxySetup Setup() => new() { Route = route => route with { Cache = new CachePlan(), Compression = CompressionStory.Steady } };

    private static string Unpack(byte[] content)
    {
        using var unpacked = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        gzip.CopyTo(unpacked);
        return Encoding.ASCII.GetString(unpacked.ToArray());
    }
}
