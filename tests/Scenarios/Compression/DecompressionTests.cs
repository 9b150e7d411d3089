using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Compression;

/// <summary>Content that a server compressed is decompressed for clients that can't, and only if it is what it says it is.</summary>
public sealed class DecompressionTests
{
    private static readonly byte[] Page = Bytes.Of(CompressionStory.Page);

    public static TheoryData<string> Encodings => CompressionStory.Encodings;

    private static ProxySetup Decompressing => CompressionStory.Setup(decompress: true);

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Content_ThatTheClientCantRead_IsDecompressed(string encoding)
    {
        await using var story = Story.Begin(Decompressing);

        (HttpResponse response, _) = await ExchangeAsync(story, Story.Get, encoding, CompressionStory.Encode(encoding, Page), "ETag: \"v1\"\r\nVary: Cookie\r\n");

        Assert.Equal(CompressionStory.Page, response.Text);
        Assert.Equal((null, "W/\"v1\"", "Cookie, Accept-Encoding", null), (response["Content-Encoding"], response["ETag"], response["Vary"], response["Content-Length"]));
        Assert.Equal(encoding, (await story.LogLineAsync()).Text("decompressed"));
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "gzip, br;q=0.1")]
    [InlineData("zstd", "*")]
    [InlineData("gzip", "identity;q=0")]
    public async Task Content_ThatTheClientTakes_StaysAsItIs(string encoding, string accepted)
    {
        await using var story = Story.Begin(Decompressing);
        byte[] content = CompressionStory.Encode(encoding, Page);

        (HttpResponse response, _) = await ExchangeAsync(story, CompressionStory.Ask(accepted), encoding, content, "ETag: \"v1\"\r\n");

        Assert.Equal(content, response.Content);
        Assert.Equal((encoding, "\"v1\"", "Accept-Encoding"), (response["Content-Encoding"], response["ETag"], response["Vary"]));
    }

    [Theory]
    [InlineData("gzip, gzip")]
    [InlineData("gzip, br")]
    [InlineData("deflate")]
    public async Task Content_InOtherEncodingsOrSeveral_StaysAsItIs(string encoding)
    {
        await using var story = Story.Begin(Decompressing);

        (HttpResponse response, _) = await ExchangeAsync(story, Story.Get, encoding, Page);

        Assert.Equal((encoding, CompressionStory.Page), (response["Content-Encoding"], response.Text));
    }

    [Fact]
    public async Task Members_InARow_AreOneContent()
    {
        await using var story = Story.Begin(Decompressing);

        (HttpResponse response, _) = await ExchangeAsync(
            story, Story.Get, "gzip", [.. CompressionStory.Encode("gzip", [.. "one "u8]), .. CompressionStory.Encode("gzip", [.. "two"u8])]);

        Assert.Equal("one two", response.Text);
    }

    [Fact]
    public async Task Nothing_SaidToBeCompressed_IsNothing()
    {
        await using var story = Story.Begin(Decompressing);

        HttpResponse chunked = await CompressionStory.ExchangeAsync(
            story, Story.Get, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

        Assert.Equal((200, ""), (chunked.Status, chunked.Text));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Content_ThatIsNotWhatItSays_IsAnError(string encoding)
    {
        await using var story = Story.Begin(Decompressing);

        (HttpResponse response, string? error) = await ExchangeAsync(story, Story.Get, encoding, [.. "<!doctype html><p>plain text, whatever the head says</p>"u8]);

        Assert.Equal((502, "response_encoding_invalid"), (response.Status, error));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Content_CutOff_DoesNotLookWhole(string encoding)
    {
        await using var story = Story.Begin(Decompressing);

        string? error = await BreakAsync(story, encoding, CompressionStory.Encode(encoding, Noise(100_000))[..^4]);

        Assert.Equal("response_encoding_invalid", error);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Content_WithGarbageBehindIt_DoesNotLookWhole(string encoding)
    {
        await using var story = Story.Begin(Decompressing);

        string? error = await BreakAsync(story, encoding, [.. CompressionStory.Encode(encoding, Noise(100_000)), .. "garbage"u8]);

        Assert.Equal("response_encoding_invalid", error);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Bomb_IsBrokenOff(string encoding)
    {
        await using var story = Story.Begin(Decompressing);
        byte[] bomb = CompressionStory.Encode(encoding, new byte[10 << 20]);
        Assert.InRange(bomb.Length, 1, 100_000);

        string? error = await BreakAsync(story, encoding, bomb);

        Assert.Equal("response_expands_too_much", error);
    }

    [Fact]
    public async Task Content_ThatRepeatsItself_MayGrowALittleWithoutLimit()
    {
        await using var story = Story.Begin(Decompressing);
        byte[] content = new byte[60_000];

        (HttpResponse response, _) = await ExchangeAsync(story, Story.Get, "br", CompressionStory.Encode("br", content));

        Assert.Equal(content, response.Content);
    }

    [Fact]
    public async Task Http10_GetsItUntilTheConnectionEnds()
    {
        await using var story = Story.Begin(Decompressing);

        (HttpResponse response, _) = await ExchangeAsync(story, "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n", "gzip", CompressionStory.Encode("gzip", Page));

        Assert.Equal((CompressionStory.Page, "close"), (response.Text, response["Connection"]));
    }

    [Fact]
    public async Task LargeContent_ByteByByteAtFirst_ArrivesWhole()
    {
        await using var story = Story.Begin(Decompressing);
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(CompressionStory.Page, 20)));
        byte[] content = CompressionStory.Encode("gzip", text);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {content.Length}\r\n\r\n");
        for (int i = 0; i < 200; i++)
        {
            await server.SendAsync(content.AsMemory(i, 1));
        }

        await server.SendAsync(content.AsMemory(200));

        Assert.Equal(text, (await client.ReadResponseAsync()).Content);
    }

    [Fact]
    public async Task CompressedContent_ForAClientThatTakesAnother_IsDecompressed()
    {
        await using var story = Story.Begin(CompressionStory.Setup(new CompressionPlan(), decompress: true));

        (HttpResponse response, _) = await ExchangeAsync(story, CompressionStory.Ask("br"), "gzip", CompressionStory.Encode("gzip", Page));

        Assert.Equal((CompressionStory.Page, null), (response.Text, response["Content-Encoding"]));
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static async Task<(HttpResponse Response, string? Error)> ExchangeAsync(Story story, string request, string encoding, byte[] content, string fields = "")
    {
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(request);
        await server.SendAsync(
            (byte[])[.. Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {encoding}\r\n{fields}Content-Length: {content.Length}\r\n\r\n"), .. content]);
        HttpResponse response = await client.ReadResponseAsync();
        AccessLogEntry line = await story.LogLineAsync();
        return (response, line.Error);
    }

    // The head has gone by then: the client sees no end of the content.
    private static async Task<string?> BreakAsync(Story story, string encoding, byte[] content)
    {
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {content.Length}\r\n\r\n");
        HttpResponse head = await client.ReadHeadAsync();
        Assert.True(head.IsChunked);
        await server.SendAsync(content);
        AccessLogEntry line = await story.LogLineAsync();
        await client.ContentOf(head).ReadTruncatedAsync();
        return line.Error;
    }
}
