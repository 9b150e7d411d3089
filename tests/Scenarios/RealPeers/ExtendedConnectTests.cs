using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.RealPeers;

/// <summary>WebSockets of .NET's client over HTTP/2 before a scripted server of HTTP/1.1: what one has to prove to the other is the proxy's to say.</summary>
public sealed class ExtendedConnectTests : IAsyncLifetime, IDisposable
{
    // Its timer is all it holds, and that ends by itself.
    private readonly CancellationToken _deadline = new CancellationTokenSource(Patience.PerTest).Token;
    private readonly TestAuthority _authority = new();
    private readonly ScriptedUpstream _upstream = ScriptedUpstream.Start(new Transcript());
    private PeerStage _stage = null!;

    public Task InitializeAsync()
    {
        _stage = PeerStage.Start(_authority, Dialect.Http2OverTls, Dialect.Http1, _upstream.Plan);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stage.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Server_ThatSwitches_IsAskedAsInHttp1()
    {
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("chat");
        Task connecting = ConnectAsync(client);
        ScriptedServerConnection server = await _upstream.AcceptAsync();
        HttpRequest request = await server.ReadHeadAsync();

        Assert.Equal("GET /chat HTTP/1.1", request.StartLine);
        Assert.Equal(("websocket", "13", "chat"), (request["Upgrade"], request["Sec-WebSocket-Version"], request["Sec-WebSocket-Protocol"]));
        Assert.Equal(16, Convert.FromBase64String(request["Sec-WebSocket-Key"]!).Length);
        await server.SendAsync(Switching(AcceptOf(request["Sec-WebSocket-Key"]!), "Sec-WebSocket-Protocol: chat\r\n") + "\x81\x05hello");
        await connecting;

        byte[] buffer = new byte[16];
        ValueWebSocketReceiveResult received = await client.ReceiveAsync(buffer.AsMemory(), _deadline);
        Assert.Equal(("hello", "chat"), (Encoding.ASCII.GetString(buffer, 0, received.Count), client.SubProtocol));
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "unexpected_upgrade")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", "unexpected_upgrade")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "upgrade_ignored")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "upgrade_ignored")]
    public async Task Server_ThatHasNotUnderstood_IsNotTakenForOneThatHas(string response, string error)
    {
        using var client = new ClientWebSocket();
        Task connecting = ConnectAsync(client);
        ScriptedServerConnection server = await _upstream.AcceptAsync();
        await server.ReadHeadAsync();

        await server.SendAsync(response);

        await Assert.ThrowsAsync<WebSocketException>(() => connecting);
        AccessLogEntry line = (await _stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/chat"))[0];
        Assert.Equal((502, error), (line.Status, line.Error));
    }

    private static string Switching(string accept, string more) =>
        $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n{more}\r\n";

    [SuppressMessage("Security", "CA5350", Justification = "The protocol says SHA-1.")]
    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private async Task ConnectAsync(ClientWebSocket client)
    {
        client.Options.HttpVersion = _stage.Version;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await client.ConnectAsync(_stage.Url("/chat", "ws"), new HttpMessageInvoker(_stage.NewHandler()), _deadline);
    }
}
