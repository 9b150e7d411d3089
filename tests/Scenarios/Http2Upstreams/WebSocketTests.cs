using System.Text;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>WebSockets to a server of HTTP/2, by extended CONNECT (RFC 8441), from clients of either version.</summary>
public sealed class WebSocketTests
{
    private const string Upgrade = "GET /chat?x=1 HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static readonly (SettingKind Kind, uint Value) TakesConnect = (SettingKind.EnableConnectProtocol, 1);

    [Fact]
    public async Task Upgrade_OfHttp1_BecomesExtendedConnect_AndItsAnswerASwitch()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Upgrade, TakesConnect);
        Assert.Equal(
            ["CONNECT", "websocket", "http", "a.test", "/chat?x=1", "13", "chat", null, null, null],
            new[]
            {
                ":method", ":protocol", ":scheme", ":authority", ":path", "sec-websocket-version", "sec-websocket-protocol", "sec-websocket-key", "upgrade", "connection",
            }.Select(name => request[name]));
        Assert.False(request.HasEnded);

        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().Add("sec-websocket-protocol", "chat").ToArray(), end: false));

        HttpResponse head = await client.ReadHeadAsync();
        Assert.Equal("HTTP/1.1 101 Switching Protocols", head.StartLine);
        Assert.Equal(
            ("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "chat", "WebSocket", "Upgrade"),
            (head["Sec-WebSocket-Accept"], head["Sec-WebSocket-Protocol"], head["Upgrade"], head["Connection"]));
        await EchoAsync(client, server, request);
        Assert.Equal((101, null), ((await story.LogLineAsync("/chat")).Status, (await story.LogLineAsync("/chat")).Error));
    }

    [Fact]
    public async Task ExtendedConnect_OfHttp2_GoesOnAsItIs()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer client = await story.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request("CONNECT", "/chat").Add(":protocol", "websocket").Add("sec-websocket-version", "13"), end: false, "CONNECT");
        Http2OriginConnection server = await story.Origin.AcceptAsync(TakesConnect);
        StreamRecord request = await server.ReadHeadAsync();
        Assert.Equal(("CONNECT", "websocket", "13"), (request[":method"], request[":protocol"], request["sec-websocket-version"]));

        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false));
        Assert.Equal(200, (await client.ReadHeadAsync(stream)).Status);
        await client.SendAsync(Frames.Data(stream, "up"u8));
        await server.ReadUntilAsync(() => request.ContentBytes == 2, "what the client says");
        await server.SendAsync(Frames.Data(request.Id, "down"u8, end: true));
        await client.ReadUntilAsync(() => client.StreamOf(stream).HasEnded, "the end");
        await client.SendAsync(Frames.Data(stream, "bye"u8, end: true));
        await server.ReadUntilAsync(() => request.HasEnded, "the other end");

        Assert.Equal(("upbye", "down"), (Encoding.ASCII.GetString(request.Content), Encoding.ASCII.GetString(client.StreamOf(stream).Content)));
    }

    [Fact]
    public async Task Server_ThatTakesNoExtendedConnect_IsA502WithAReasonOfItsOwn()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server) = await story.WarmUpAsync();
        ScriptedClient other = await story.ConnectAsync("other");

        await other.SendAsync(Upgrade);

        Assert.Equal(502, (await other.ReadResponseAsync()).Status);
        Assert.Equal("websocket_impossible", (await story.LogLineAsync("/chat")).Error);

        // Nothing of it had been sent.
        await client.SendAsync(Story.Get);
        StreamRecord next = await server.ReadHeadAsync();
        Assert.Equal((3u, "GET"), (next.Id, next[":method"]));
        await server.RespondAsync(next.Id);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Upgrade_ToAnythingElse_IsAnOrdinaryRequest()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) =
            await story.OpenAsync("GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: other/2\r\n\r\n", TakesConnect);

        await server.RespondAsync(request.Id, "plain");

        Assert.Equal("GET", request[":method"]);
        Assert.Equal((200, "plain"), ((await client.ReadResponseAsync()) is { } response ? (response.Status, response.Text) : default));
    }

    [Fact]
    public async Task Refusal_IsAnOrdinaryResponse()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Upgrade, TakesConnect);

        await server.RespondAsync(request.Id, "no", 403);

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((403, "no"), (response.Status, response.Text));
    }

    [Trait("Case", "U-64")]
    [Fact]
    public async Task Server_ThatBreaksOff_ResetsTheClient()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync(story);

        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.InternalError));

        await client.ExpectResetAsync();
    }

    [Fact]
    public async Task Client_ThatBreaksOff_ResetsTheStream()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync(story);

        client.Reset();

        Assert.Equal(ErrorCode.Cancel, (await server.ExpectAsync(FrameKind.Reset, request.Id)).Error);
    }

    [Trait("Case", "U-61")]
    [Trait("Case", "U-64")]
    [Fact]
    public async Task Client_ThatHasEndedItsSide_LearnsThatTheServerBrokeOff()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync(story);
        client.ShutdownSend();
        await server.ReadUntilAsync(() => request.HasEnded, "the client's end");

        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.Cancel));

        await client.ExpectResetAsync();
    }

    [Theory]
    [InlineData(200, 0, "tunnel_idle_timeout")]
    [InlineData(60_000, 200, "tunnel_timeout")]
    public async Task Tunnel_ThatIsAtItsEnd_IsBrokenOnBothSides(int idleMs, int totalMs, string error)
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxyLimits { TunnelIdleTimeoutMs = idleMs, TunnelTimeoutMs = totalMs });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync(story);

        await client.ExpectGoneAsync();

        await server.ExpectAsync(FrameKind.Reset, request.Id);
        Assert.Equal(error, (await story.LogLineAsync("/chat")).Error);
    }

    [Fact]
    public async Task LargeMessages_BothWays_ArriveWhole()
    {
        const int size = 2_000_000;
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync(story);

        Task up = client.SendAsync(new byte[size]);
        Task<byte[]> down = client.ReadExactlyAsync(size);
        await server.SendContentAsync(request.Id, new byte[size], end: false);
        await server.ReadUntilAsync(() => request.ContentBytes == size, "all that the client sends");
        await up;

        Assert.Equal(size, (await down).Length);
    }

    private static async Task<(ScriptedClient Client, Http2OriginConnection Server, StreamRecord Request)> OpenAsync(UpstreamStory story)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Upgrade, TakesConnect);
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false));
        Assert.Equal(101, (await client.ReadHeadAsync()).Status);
        return (client, server, request);
    }

    private static async Task EchoAsync(ScriptedClient client, Http2OriginConnection server, StreamRecord request)
    {
        await client.SendAsync("hello");
        await server.ReadUntilAsync(() => request.ContentBytes == 5, "what the client says");
        await server.SendAsync(Frames.Data(request.Id, "world"u8));
        await client.ExpectAsync("world");
        client.ShutdownSend();
        await server.ReadUntilAsync(() => request.HasEnded, "the client's end");
        await server.SendAsync(Frames.Data(request.Id, "bye"u8, end: true));
        await client.ExpectAsync("bye");
        await client.ExpectClosedAsync();
    }
}
