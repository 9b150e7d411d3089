using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>A tunnel whose end has to wait for what goes before it on the connection.</summary>
public sealed class SlowTunnelTests
{
    private const int LargeBytes = 16 << 20;

    [Fact]
    public async Task Tunnel_ThatTheServerEndsLast_EndsInOrder_HoweverSlowItsClientIs()
    {
        var large = new RoutePlan { Name = "large", Paths = [new PathMatch("/large", IsPrefix: false)], Action = new RespondAction(200, [], [.. new byte[LargeBytes]]) };
        var small = new RoutePlan { Name = "small", Paths = [new PathMatch("/small", IsPrefix: false)], Action = new RespondAction(200, [], [.. Bytes.Of("small")]) };
        await using Story story = Story.Begin(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Routes = [large, small] });
        var options = new Http2PeerOptions { ReceiveBufferBytes = 4_096, Settings = [(SettingKind.InitialWindowSize, 1 << 30)] };
        Http2Peer client = await story.Proxy.ConnectHttp2Async(options);
        await client.SendAsync(Frames.WindowUpdate(0, 1 << 30));
        client.GrantsWindows = false;
        (uint tunnel, ScriptedServerConnection server) = await SwitchAsync(story, client);
        await client.SendAsync(Frames.Data(tunnel, Bytes.Of("bye"), end: true));
        await server.ExpectAsync("bye");

        // More than the kernel takes from the proxy; the second request is answered when the first one has filled everything.
        uint download = await client.SendRequestAsync(path: "/large");
        ScriptedClient another = await story.ConnectAsync();
        await another.ExchangeAsync("GET /small HTTP/1.1\r\nHost: a.test\r\n\r\n");
        server.ShutdownSend();
        await another.ExchangeAsync("GET /small HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal(LargeBytes, (await client.ReadResponseAsync(download)).Content.Length);
        await client.ReadUntilAsync(() => client.StreamOf(tunnel).IsOver, "the end of the tunnel");
        Assert.True(client.StreamOf(tunnel).HasEnded);
        Assert.Null(client.StreamOf(tunnel).Reset);
        await server.ExpectClosedAsync();
    }

    private static async Task<(uint Stream, ScriptedServerConnection Server)> SwitchAsync(Story story, Http2Peer client)
    {
        uint stream = await client.SendHeadAsync(client.Request("CONNECT", "/chat").Add(":protocol", "websocket").Add("sec-websocket-version", "13"), end: false, "CONNECT");
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadHeadAsync();
        string accept = AcceptOf(request["Sec-WebSocket-Key"]!);
        await server.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
        await client.ReadHeadAsync(stream);
        return (stream, server);
    }

    [SuppressMessage("Security", "CA5350", Justification = "The protocol says SHA-1.")]
    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
