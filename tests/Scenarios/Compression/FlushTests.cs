using Sluice.Proxy.Plans;
using Sluice.Reactor.Compression;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Compression;

/// <summary>What a server has sent reaches the client although it is compressed, before the server says more.</summary>
public sealed class FlushTests
{
    // Five seconds of bytes.
    private const int SendsMax = 250;

    private const string EventsHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    public static TheoryData<string> Encodings => CompressionStory.Encodings;

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Events_ArriveBeforeTheNextIsSent(string encoding)
    {
        await using var story = Story.Begin(CompressionStory.Default);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask(encoding));
        StreamDecoder decoder = CompressionStory.DecoderOf(encoding);
        await server.SendAsync(EventsHead);
        HttpResponse head = await client.ReadHeadAsync();
        ContentReader content = client.ContentOf(head);

        Assert.Equal(encoding, head["Content-Encoding"]);
        for (int i = 0; i < 20; i++)
        {
            string text = $"data: event number {i}\n\n";
            await server.SendAsync($"{text.Length:x}\r\n{text}\r\n");
            Assert.Equal(text, await ReadTextAsync(decoder, text.Length, async () => await content.ReadSomeAsync()));
        }

        await server.SendAsync("0\r\n\r\n");
        decoder.Decode(await content.ReadRestAsync(), new byte[64], out _, out _);
        Assert.True(decoder.IsWhole);
        decoder.End();
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Events_OverHttp2_ArriveBeforeTheNextIsSent(string encoding)
    {
        await using var story = Story.Begin(CompressionStory.Default);
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint stream = await client.SendRequestAsync(fields: [("accept-encoding", encoding)]);
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();
        StreamDecoder decoder = CompressionStory.DecoderOf(encoding);
        await server.SendAsync(EventsHead);

        for (int i = 0; i < 20; i++)
        {
            string text = $"data: event number {i}\n\n";
            await server.SendAsync($"{text.Length:x}\r\n{text}\r\n");
            Assert.Equal(text, await ReadTextAsync(decoder, text.Length, async () => (await client.ExpectAsync(FrameKind.Data, stream)).Payload.ToArray()));
        }

        decoder.End();
    }

    [Fact]
    public async Task Content_WithALength_IsLiveWhereTheServerSaysSo()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask("gzip"));
        StreamDecoder decoder = CompressionStory.DecoderOf("gzip");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Accel-Buffering: no\r\nContent-Length: 2000\r\n\r\nfirst");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());

        Assert.Equal("first", await ReadTextAsync(decoder, 5, async () => await content.ReadSomeAsync()));
        decoder.End();
    }

    [Fact]
    public async Task Content_WithALength_ComesAtLeastTenTimesASecond()
    {
        // It isn't sent byte by byte either. A test that is held up for a tenth of a second can't see that, so one of a few has to.
        const int tries = 20;
        int sent = 0;
        for (int i = 0; i < tries && sent < 2; i++)
        {
            sent = await SendUntilSomethingComesAsync();
            Assert.InRange(sent, 1, SendsMax - 1);
        }

        Assert.InRange(sent, 2, SendsMax - 1);
    }

    // Returns how many bytes were sent, 20 ms apart, before the first of them came.
    private static async Task<int> SendUntilSomethingComesAsync()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask("gzip"));
        StreamDecoder decoder = CompressionStory.DecoderOf("gzip");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2000000\r\n\r\n");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        Task<string> reading = ReadTextAsync(decoder, 1, async () => await content.ReadSomeAsync());

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        int sent = 0;
        while (!reading.IsCompleted && sent < SendsMax)
        {
            await server.SendAsync("x");
            sent++;
            await ticks.WaitForNextTickAsync();
        }

        Assert.StartsWith("x", await reading, StringComparison.Ordinal);
        decoder.End();
        return sent;
    }

    [Fact]
    public async Task Head_ComesBeforeContentThatIsLongInComing()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask("gzip"));
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2000\r\n\r\n");

        Assert.Equal("gzip", (await client.ReadHeadAsync())["Content-Encoding"]);
    }

    [Theory]
    [InlineData("gzip", 5)]
    [InlineData("br", 4)]
    [InlineData("br", 9)]
    [InlineData("zstd", 3)]
    [InlineData("zstd", 12)]
    public async Task LargeContent_InPartsOfAnySize_ArrivesWhole(string encoding, int level)
    {
        var plan = CompressionStory.Steady with { GzipLevel = level, BrotliLevel = level, ZstdLevel = level };
        await using var story = Story.Begin(CompressionStory.Setup(plan));
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask(encoding));
        string text = string.Concat(Enumerable.Repeat(CompressionStory.Page, 50));
        Task<HttpResponse> reading = client.ReadResponseAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n");
        var random = new Random(3);
        for (int start = 0; start < text.Length;)
        {
            int count = Math.Min(random.Next(1, 60_000), text.Length - start);
            await server.SendAsync($"{count:x}\r\n{text.Substring(start, count)}\r\n");
            start += count;
        }

        await server.SendAsync("0\r\n\r\n");

        Assert.Equal(text, CompressionStory.Decode(encoding, (await reading).Content));
    }

    [Fact]
    public async Task Client_ThatReadsSlowly_SlowsTheServer()
    {
        await using var story = Story.Begin(CompressionStory.Setup(CompressionStory.Steady with { Types = ["*"] }));
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask("gzip"), receiveBufferBytes: 4096);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.ReadHeadAsync();

        // Noise, which doesn't get smaller. What is sent before it blocks is in the kernel's buffers on both sides.
        byte[] noise = new byte[64 * 1024];
        new Random(9).NextBytes(noise);
        long sent = await server.SendUntilBlockedAsync((byte[])[.. "10000\r\n"u8, .. noise, .. "\r\n"u8], 100 << 20, TimeSpan.FromMilliseconds(500));

        Assert.InRange(sent, 1, 30 << 20);
        Assert.InRange(await HeldAsync(story), 1, 128 * 1024);
        client.Close();
        server.Close();
    }

    // What the proxy has in its buffers, once it has come to the content: that nobody takes any may be its own being held up, too.
    private static async Task<long> HeldAsync(Story story)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        long held;
        while ((held = story.Proxy.Server.Loops.Sum(loop => loop.Buffers.OutstandingBytes)) == 0 && !deadline.IsCancellationRequested)
        {
            await ticks.WaitForNextTickAsync();
        }

        return held;
    }

    private static async Task<string> ReadTextAsync(StreamDecoder decoder, int length, Func<Task<byte[]>> read)
    {
        string text = "";
        byte[] room = new byte[64 * 1024];
        while (text.Length < length)
        {
            Assert.Equal(DecodeStatus.NeedsInput, decoder.Decode(await read(), room, out _, out int written));
            text += Bytes.Text(room.AsSpan(0, written).ToArray());
        }

        return text;
    }
}
