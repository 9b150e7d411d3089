using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Compression;

/// <summary>Which responses are compressed, and what their heads say then (RFC 9110, sections 8.4, 8.8.3.3, 12.5.3 and 12.5.5).</summary>
public sealed class NegotiationTests
{
    public static TheoryData<string> Encodings => CompressionStory.Encodings;

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Page_IsCompressedInWhatTheClientTakes(string encoding)
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask(encoding), CompressionStory.PageResponse("ETag: \"v1\"\r\nAccept-Ranges: bytes\r\nContent-MD5: x\r\nX-Kept: yes\r\n"));

        Assert.Equal(encoding, response["Content-Encoding"]);
        Assert.Equal("Accept-Encoding", response["Vary"]);
        Assert.Equal("W/\"v1\"", response["ETag"]);
        Assert.True(response.IsChunked);
        Assert.False(response.Has("Content-Length") || response.Has("Accept-Ranges") || response.Has("Content-MD5"));
        Assert.Equal("yes", response["X-Kept"]);
        Assert.InRange(response.Content.Length, 1, CompressionStory.Page.Length / 4);
        Assert.Equal(CompressionStory.Page, CompressionStory.Decode(encoding, response.Content));
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((encoding, CompressionStory.Page.Length, response.Content.Length), (line.Text("compressed"), line.Number("content_bytes_in"), line.Number("content_bytes_out")));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Page_OverHttp2_IsCompressed(string encoding)
    {
        await using var story = Story.Begin(CompressionStory.Default);
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint stream = await client.SendRequestAsync(fields: [("accept-encoding", encoding)]);
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync(CompressionStory.PageResponse("Vary: Cookie\r\n"));
        HttpResponse response = await client.ReadResponseAsync(stream);

        Assert.Equal((encoding, "Cookie, Accept-Encoding", null), (response["content-encoding"], response["vary"], response["content-length"]));
        Assert.Equal(CompressionStory.Page, CompressionStory.Decode(encoding, response.Content));
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "zstd")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=0.9, br;q=0.8", "gzip")]
    [InlineData("*", "zstd")]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("deflate", null)]
    [InlineData("", null)]
    public async Task Encoding_IsTheBestOfWhatTheClientWantsMost(string accepted, string? encoding)
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask(accepted), CompressionStory.PageResponse());

        Assert.Equal(encoding, response["Content-Encoding"]);
        Assert.Equal("Accept-Encoding", response["Vary"]);
        Assert.Equal(encoding is null ? $"{CompressionStory.Page.Length}" : null, response["Content-Length"]);
    }

    [Fact]
    public async Task Request_WithoutAWord_GetsThePageAsItIs()
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(story, Story.Get, CompressionStory.PageResponse("ETag: \"v1\"\r\n"));

        Assert.Equal((null, "Accept-Encoding", "\"v1\""), (response["Content-Encoding"], response["Vary"], response["ETag"]));
        Assert.Equal(CompressionStory.Page, response.Text);
    }

    [Theory]
    [InlineData("Content-Type: image/png\r\n")]
    [InlineData("Content-Encoding: br\r\nContent-Type: text/html\r\n")]
    [InlineData("Content-Encoding: deflate\r\nContent-Type: text/html\r\n")]
    [InlineData("Cache-Control: public, No-Transform\r\nContent-Type: text/html\r\n")]
    [InlineData("Content-Type: application/grpc\r\n")]
    [InlineData("X-Nothing: at all\r\n")]
    public async Task Response_ThatIsNotForCompressing_IsLeftAlone(string fields)
    {
        await using var story = Story.Begin(CompressionStory.Setup(new CompressionPlan { Types = ["text/*", "application/grpc"] }));

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask("gzip"), $"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n{fields}Content-Length: {CompressionStory.Page.Length}\r\n\r\n{CompressionStory.Page}");

        Assert.Equal(CompressionStory.Page, response.Text);
        Assert.Equal(("\"v1\"", null, $"{CompressionStory.Page.Length}"), (response["ETag"], response["Vary"], response["Content-Length"]));
        Assert.NotEqual("gzip", response["Content-Encoding"]);
    }

    [Fact]
    public async Task Client_ThatForbidsChanges_GetsThePageAsItIs()
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask("gzip", "Cache-Control: no-transform\r\n"), CompressionStory.PageResponse());

        Assert.Null(response["Content-Encoding"]);
    }

    [Fact]
    public async Task Range_IsNeverCompressed()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        string part = CompressionStory.Page[..2000];

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask("gzip", "Range: bytes=0-1999\r\n"),
            $"HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\nContent-Range: bytes 0-1999/{CompressionStory.Page.Length}\r\nContent-Length: 2000\r\n\r\n{part}");

        Assert.Equal((part, null), (response.Text, response["Content-Encoding"]));
    }

    [Fact]
    public async Task Page_BelowTheLeastSize_IsLeftAlone()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        string small = CompressionStory.Page[..1023];

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask("gzip"), $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {small.Length}\r\n\r\n{small}");

        Assert.Equal((small, null, null), (response.Text, response["Content-Encoding"], response["Vary"]));
    }

    [Fact]
    public async Task Error_OfAServer_IsCompressed()
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask("gzip"), CompressionStory.PageResponse().Replace("200 OK", "404 Not Found", StringComparison.Ordinal));

        Assert.Equal((404, CompressionStory.Page), (response.Status, CompressionStory.Decode("gzip", response.Content)));
    }

    [Fact]
    public async Task Head_GetsTheHeadOfGet()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        string head = CompressionStory.PageResponse("ETag: \"v1\"\r\n").Split("\r\n\r\n")[0] + "\r\n\r\n";

        HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask("gzip", method: "HEAD"), head);

        Assert.Equal(("gzip", "W/\"v1\"", "Accept-Encoding", null), (response["Content-Encoding"], response["ETag"], response["Vary"], response["Content-Length"]));
    }

    [Theory]
    [InlineData("W/\"v1\"", "W/\"v1\"")]
    [InlineData("\"v1\"", "\"v1\"")]
    [InlineData("W/\"v1\", \"v1\"", "\"v1\"")]
    [InlineData("*", "\"v1\"")]
    public async Task NotModified_HasTheTagThatTheClientShowed(string shown, string tag)
    {
        await using var story = Story.Begin(CompressionStory.Default);

        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask("gzip", $"If-None-Match: {shown}\r\n"));
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal((304, tag, "Accept-Encoding"), (response.Status, response["ETag"], response["Vary"]));
    }

    [Fact]
    public async Task Request_GoesToTheServerAsItCame()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(CompressionStory.Ask("br;q=0.5, gzip", "If-None-Match: W/\"v1\"\r\n"));

        HttpRequest request = await (await story.AcceptAsync()).ReadHeadAsync();

        Assert.Equal(("br;q=0.5, gzip", "W/\"v1\""), (request["Accept-Encoding"], request["If-None-Match"]));
    }

    [Theory]
    [InlineData("", "Accept-Encoding")]
    [InlineData("Vary: Cookie\r\n", "Cookie, Accept-Encoding")]
    [InlineData("Vary: Cookie\r\nVary: Accept\r\n", "Cookie, Accept, Accept-Encoding")]
    [InlineData("Vary: accept-ENCODING\r\n", "accept-ENCODING")]
    [InlineData("Vary: *\r\n", "*")]
    public async Task Vary_OfTheServer_IsMergedIntoOneLine(string fields, string vary)
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask("gzip"), CompressionStory.PageResponse(fields));

        Assert.Equal(vary, response["Vary"]);
    }

    [Fact]
    public async Task Vary_OfCorsAndOfCompression_IsOneLine()
    {
        var cors = new CorsPlan { Origins = [new CorsOrigin("https://a.example", CorsOriginKind.Exact)] };
        await using var story = Story.Begin(new ProxySetup { Route = route => route with { Compression = CompressionStory.Steady, Cors = cors } });

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask("gzip", "Origin: https://a.example\r\n"), CompressionStory.PageResponse("Vary: Cookie\r\n"));

        Assert.Equal(("Cookie, Origin, Accept-Encoding", "gzip"), (response["Vary"], response["Content-Encoding"]));
    }

    [Theory]
    [InlineData("W/\"v1\"", "W/\"v1\"")]
    [InlineData("v1", null)]
    public async Task Tag_ThatIsWeakStays_AndOneThatIsNoneGoes(string sent, string? received)
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask("gzip"), CompressionStory.PageResponse($"ETag: {sent}\r\n"));

        Assert.Equal(received, response["ETag"]);
    }

    [Fact]
    public async Task Http10_GetsThePageAsItIs()
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, "GET / HTTP/1.0\r\nHost: a.test\r\nAccept-Encoding: gzip\r\n\r\n", CompressionStory.PageResponse());

        Assert.Equal((CompressionStory.Page, null), (response.Text, response["Content-Encoding"]));
    }

    [Fact]
    public async Task Trailers_GoBehindCompressedContent()
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(
            story, CompressionStory.Ask("gzip"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-End: yes\r\n\r\n");

        Assert.Equal(("hello", "yes"), (CompressionStory.Decode("gzip", response.Content), response.Trailer("X-End")));
    }
}
