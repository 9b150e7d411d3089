using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>Content within windows (RFC 9113, sections 5.2 and 6.9). The client fails when the proxy sends more than it may.</summary>
public sealed class FlowTests
{
    private const int LargeBytes = 4 << 20;

    [Theory]
    [InlineData(1u, 500)]
    [InlineData(100u, 20_000)]
    [InlineData(16_384u, 1 << 20)]
    [InlineData(65_535u, LargeBytes)]
    [InlineData(1u << 20, LargeBytes)]
    public async Task Download_UnderAWindow_IsWhole(uint window, int count)
    {
        await using Http2Story story = await Http2Story.BeginAsync((SettingKind.InitialWindowSize, window));
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        byte[] content = RandomBytes(count);

        Task sending = server.SendAsync(new[] { Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Length: {count}\r\n\r\n"), content }.SelectMany(part => part).ToArray());
        HttpResponse response = await story.Client.ReadResponseAsync(stream);
        await sending;

        Assert.Equal(content, response.Content);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1_000_000, true)]
    [InlineData(LargeBytes, true)]
    [InlineData(LargeBytes, false)]
    public async Task Upload_WithinTheProxysWindows_IsWhole(int count, bool hasLength)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        byte[] content = RandomBytes(count);
        Task<uint> sending = story.Client.SendRequestAsync("POST", content: content, fields: hasLength ? [("content-length", $"{count}")] : []);

        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();
        await server.RespondAsync("taken");

        Assert.Equal("taken", (await story.Client.ReadResponseAsync(await sending)).Text);
        Assert.Equal(content, request.Content);
    }

    [Fact]
    public async Task Upload_ThatTheUpstreamDoesNotTake_StopsAtTheWindow()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        await story.Client.RoundTripAsync();
        story.Upstream.ReceiveBufferBytes = 4_096;
        (uint stream, _, _) = await story.OpenAsync("POST", end: false);
        long sent = 0;

        while (true)
        {
            int count = (int)Math.Min(16_384, Math.Min(story.Client.OwnWindows.Connection, story.Client.OwnWindows.Of(stream)));
            if (count > 0)
            {
                await story.Client.SendAsync(Frames.Data(stream, new byte[count]));
                sent += count;
                continue;
            }

            // What the kernel's buffers towards the upstream take still moves on.
            try
            {
                await story.Client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(300));
                break;
            }
            catch (ScriptException)
            {
                Assert.InRange(sent, 0, 64 << 20);
            }
        }

        // The proxy holds no more than the stream's window, and the connection's other streams still have one.
        Assert.InRange(story.Proxy.Server.Loops.Sum(loop => loop.Buffers.OutstandingBytes), 0, 512 * 1024);
        Assert.True(story.Client.OwnWindows.Connection > 0, "one stream took the whole window of the connection");
    }

    [Fact]
    public async Task Windows_ChangedWithinAResponse_CountFromThenOn()
    {
        await using Http2Story story = await Http2Story.BeginAsync((SettingKind.InitialWindowSize, 1_000));
        story.Client.GrantsWindows = false;
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        byte[] content = RandomBytes(50_000);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
        await server.SendAsync(content);
        await story.Client.ReadContentAsync(stream, 1_000);
        await story.Client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));

        // Wider, by exactly the difference.
        await story.Client.SendAsync(Frames.Settings((SettingKind.InitialWindowSize, 5_000)));
        await story.Client.ReadContentAsync(stream, 5_000);
        await story.Client.RoundTripAsync();
        Assert.Equal(5_000, story.Client.StreamOf(stream).ContentBytes);

        // Narrower, below zero, and up again by updates.
        await story.Client.SendAsync(Frames.Settings((SettingKind.InitialWindowSize, 0)), Frames.WindowUpdate(stream, 5_000));
        await story.Client.RoundTripAsync();
        Assert.Equal(5_000, story.Client.StreamOf(stream).ContentBytes);
        await story.Client.SendAsync(Frames.WindowUpdate(stream, 45_000));

        Assert.Equal(content, (await story.Client.ReadResponseAsync(stream)).Content);
    }

    [Fact]
    public async Task Window_OfOneStream_HoldsUpNoOther()
    {
        await using Http2Story story = await Http2Story.BeginAsync((SettingKind.InitialWindowSize, 10));
        story.Client.GrantsWindows = false;
        (uint stuck, ScriptedServerConnection one, _) = await story.OpenAsync(path: "/stuck");
        await one.RespondAsync(new string('x', 100));
        await story.Client.ReadContentAsync(stuck, 10);

        (uint free, ScriptedServerConnection two, _) = await story.OpenAsync(path: "/free");
        await two.RespondAsync("ok");

        Assert.Equal("ok", (await story.Client.ReadResponseAsync(free)).Text);
        await story.Client.SendAsync(Frames.WindowUpdate(stuck, 90));
        Assert.Equal(100, (await story.Client.ReadResponseAsync(stuck)).Content.Length);
    }

    [Fact]
    public async Task Frames_AreAsLargeAsEveryPeerTakesThem()
    {
        await using Http2Story story = await Http2Story.BeginAsync((SettingKind.MaxFrameSize, 1 << 20), (SettingKind.InitialWindowSize, LargeBytes));
        await story.Client.SendAsync(Frames.WindowUpdate(0, LargeBytes));
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {LargeBytes}\r\n\r\n");
        Task sending = server.SendAsync(new byte[LargeBytes]);
        await story.Client.ReadResponseAsync(stream);
        await sending;

        int frames = story.Client.StreamOf(stream).DataFrames;
        Assert.InRange(frames, 1, LargeBytes / 4_096);
    }

    [Fact]
    public async Task Downloads_ManyAtOnce_AreAllWhole()
    {
        await using Http2Story story = await Http2Story.BeginAsync((SettingKind.InitialWindowSize, 30_000));
        var expected = new Dictionary<uint, byte[]>();
        var sending = new List<Task>();
        for (int i = 0; i < 30; i++)
        {
            (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
            byte[] content = RandomBytes(100_000 + i);
            expected[stream] = content;
            sending.Add(server.SendAsync(new[] { Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n"), content }.SelectMany(part => part).ToArray()));
        }

        foreach ((uint stream, byte[] content) in expected)
        {
            Assert.Equal(content, (await story.Client.ReadResponseAsync(stream)).Content);
        }

        await Task.WhenAll(sending);
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
