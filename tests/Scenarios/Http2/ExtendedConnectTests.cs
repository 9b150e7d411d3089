using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2;

/// <summary>WebSockets by extended CONNECT (RFC 8441), frame by frame.</summary>
public sealed class ExtendedConnectTests
{
    [Fact]
    public async Task Tunnel_Accepted_PassesBytesBothWays_AndEndsInOrder()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("ping\0\xFF")));
        await server.ExpectAsync("ping\0\xFF");
        await server.SendAsync("pong\r\n");
        await story.Client.ReadContentAsync(stream, 6);
        Assert.Equal("pong\r\n", Bytes.Text(story.Client.StreamOf(stream).Content));

        // The end of one direction passes; the other goes on.
        server.ShutdownSend();
        await story.Client.ReadUntilAsync(() => story.Client.StreamOf(stream).HasEnded, "END_STREAM");
        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("bye"), end: true));
        await server.ExpectAsync("bye");
        await server.ExpectClosedAsync();
        await story.Client.RoundTripAsync();
        Assert.Null(story.Client.StreamOf(stream).Reset);
    }

    [Fact]
    public async Task ClientsEnd_IsWithheldUntilTheServerHasClosed()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("close"), end: true));
        await server.ExpectAsync("close");
        await story.Client.RoundTripAsync();
        await server.ExpectSilenceAsync(TimeSpan.FromMilliseconds(300));
        await server.SendAsync("closed");
        server.ShutdownSend();

        await story.Client.ReadUntilAsync(() => story.Client.StreamOf(stream).HasEnded, "END_STREAM");
        Assert.Equal("closed", Bytes.Text(story.Client.StreamOf(stream).Content));
        await server.ExpectClosedAsync();
    }

    [Fact]
    public async Task ClientsEnd_PassesInTheEnd_WhenTheServerDoesNotClose()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server) = await OpenTunnelAsync(story);
        server.StepTimeout = TimeSpan.FromSeconds(30);

        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("close"), end: true));
        await server.ExpectAsync("close");
        await server.ExpectClosedAsync();
        await server.SendAsync("late");

        await story.Client.ReadContentAsync(stream, 4);
        server.ShutdownSend();
        await story.Client.ReadUntilAsync(() => story.Client.StreamOf(stream).HasEnded, "END_STREAM");
    }

    [Fact]
    public async Task Tunnel_OfMegabytesBothWays_IsWhole()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server) = await OpenTunnelAsync(story);
        byte[] up = new byte[2_000_000];
        byte[] down = new byte[2_000_000];
        new Random(1).NextBytes(up);
        new Random(2).NextBytes(down);

        Task sending = server.SendAsync(down);
        Task<byte[]> receiving = server.ReadExactlyAsync(up.Length);
        await story.Client.SendContentAsync(stream, up, end: false);
        await story.Client.ReadContentAsync(stream, down.Length);
        await sending;

        Assert.Equal(up, await receiving);
        Assert.Equal(down, story.Client.StreamOf(stream).Content);
    }

    [Fact]
    public async Task ClientReset_OfATunnel_EndsTheServersConnection()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await story.Client.SendAsync(Frames.Reset(stream));

        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task ServerReset_OfATunnel_ResetsTheStream()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        server.Reset();

        // RFC 8441, section 5: a TCP reset is CANCEL; anything but an orderly end will do.
        await story.Client.ExpectResetAsync(stream);
        await story.Client.RoundTripAsync();
        Assert.Null(story.Client.GoAway);
    }

    [Fact]
    public async Task Server_ThatRefuses_IsQuoted()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync(Connect(story), end: false, "CONNECT");

        await server.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal((403, "no"), (response.Status, response.Text));
    }

    [Theory]
    [InlineData("another protocol")]
    [InlineData("no path")]
    [InlineData("no scheme")]
    [InlineData("no authority")]
    [InlineData("upgrade field")]
    public async Task Connect_ThatIsNone_IsRefused(string what)
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        uint stream = await story.Client.SendHeadAsync(Wrong(what), end: false, "CONNECT");
        StreamRecord record = story.Client.StreamOf(stream);
        await story.Client.ReadUntilAsync(() => record.IsOver, "the refusal");

        Assert.True(record.Reset == ErrorCode.ProtocolError || record[":status"] is ['4' or '5', ..], record.ToString());
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    private static FieldBlock Connect(Http2Story story) => story.Client.Request("CONNECT", "/chat").Add(":protocol", "websocket").Add("sec-websocket-version", "13");

    private static FieldBlock Wrong(string what)
    {
        (string Name, string Value)[] fields = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "a.test"), (":path", "/chat")];
        return what switch
        {
            "another protocol" => new FieldBlock().Add(fields.Select(field => field.Name == ":protocol" ? (field.Name, "connect-udp") : field)),
            "upgrade field" => new FieldBlock().Add([.. fields, ("upgrade", "websocket")]),
            _ => new FieldBlock().Add(fields.Where(field => field.Name != ":" + what["no ".Length..])),
        };
    }

    private static async Task<(uint Stream, ScriptedServerConnection Server)> OpenTunnelAsync(Http2Story story)
    {
        (uint stream, ScriptedServerConnection server, HttpRequest head) = await story.OpenAsync(Connect(story), end: false, "CONNECT");
        Assert.Equal(("GET /chat HTTP/1.1", "websocket"), (head.StartLine, head["Upgrade"]));
        await server.SendAsync(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {Http2Story.AcceptOf(head["Sec-WebSocket-Key"]!)}\r\n\r\n");
        HttpResponse response = await story.Client.ReadHeadAsync(stream);
        Assert.Equal(200, response.Status);
        Assert.DoesNotContain(response.Fields, field => field.Key is "upgrade" or "connection" or "sec-websocket-accept");
        return (stream, server);
    }
}
