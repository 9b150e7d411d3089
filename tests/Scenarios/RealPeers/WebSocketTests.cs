using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.RealPeers;

/// <summary>WebSockets from the client of .NET through the proxy to Kestrel: by an upgrade in HTTP/1.1, by extended CONNECT in HTTP/2 (RFC 8441).</summary>
public sealed class WebSocketTests : IDisposable
{
    private const WebSocketCloseStatus OwnCode = (WebSocketCloseStatus)4001;

    // A second, less a tick of the clock: if the server hasn't ended the connection by then (RFC 6455, section 7.1.1), .NET's client breaks it off.
    private static readonly TimeSpan ClientsPatience = TimeSpan.FromMilliseconds(980);

    // Its timer is all it holds, and that ends by itself.
    private readonly CancellationToken _deadline = new CancellationTokenSource(Patience.PerTest).Token;
    private readonly TestAuthority _authority = new();
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();

    /// <summary>What clients speak, and what the origin does.</summary>
    public static TheoryData<Dialect, Dialect> Dialects { get; } = new()
    {
        { Dialect.Http1, Dialect.Http1 },
        { Dialect.Http1OverTls, Dialect.Http1 },
        { Dialect.Http2, Dialect.Http1 },
        { Dialect.Http2OverTls, Dialect.Http1 },
        { Dialect.Http1, Dialect.Http2 },
        { Dialect.Http2OverTls, Dialect.Http2OverTls },
    };

    public void Dispose() => _authority.Dispose();

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Messages_OfAllSizes_ComeBackUnchanged(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using ClientWebSocket client = await ConnectAsync(stage, "/echo");
        foreach (int size in new[] { 0, 1, 125, 126, 65_535, 65_536, 1 << 20 })
        {
            byte[] message = new byte[size];
            new Random(size).NextBytes(message);
            Task sending = client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, _deadline);
            byte[] echoed = await ReceiveAsync(client);
            await sending;

            Assert.Equal(message, echoed);
        }
    }

    [Trait("Case", "U-61")]
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Close_ByTheClient_IsSeenAndAnsweredByTheServer(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using ClientWebSocket client = await ConnectAsync(stage, "/echo");
        await client.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, _deadline);
        Assert.Equal("hello", Encoding.UTF8.GetString(await ReceiveAsync(client)));

        long start = Stopwatch.GetTimestamp();
        await client.CloseAsync(OwnCode, "enough", _deadline);
        bool isLate = Stopwatch.GetElapsedTime(start) >= ClientsPatience;

        Assert.Equal((WebSocketState.Closed, OwnCode, "enough"), (client.State, client.CloseStatus, client.CloseStatusDescription));
        Assert.Equal("closed 4001 enough", await _seen.Reader.ReadAsync(_deadline));
        AccessLogEntry line = (await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/echo"))[0];
        bool isHttp2 = front is Dialect.Http2 or Dialect.Http2OverTls;
        Assert.Equal((isHttp2 ? 200 : 101, isHttp2 ? "HTTP/2" : "HTTP/1.1"), (line.Status, line.Text("protocol")));
        Assert.Contains(line.Error, isLate ? [null, "client_gone"] : new string?[] { null });
    }

    [Trait("Case", "U-61")]
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Close_ByTheServer_IsSeenByTheClient(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using ClientWebSocket client = await ConnectAsync(stage, "/close");

        Assert.Empty(await ReceiveAsync(client));

        Assert.Equal((WebSocketState.CloseReceived, OwnCode, "no more"), (client.State, client.CloseStatus, client.CloseStatusDescription));
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "as you like", _deadline);
        Assert.Equal("closed 1000 as you like", await _seen.Reader.ReadAsync(_deadline));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Abort_ByTheClient_EndsTheServersSide(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using ClientWebSocket client = await ConnectAsync(stage, "/echo");
        await client.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, _deadline);
        await ReceiveAsync(client);

        client.Abort();

        Assert.Equal("aborted", await _seen.Reader.ReadAsync(_deadline));
    }

    [Trait("Case", "U-64")]
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Abort_ByTheServer_EndsTheClientsSide(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using ClientWebSocket client = await ConnectAsync(stage, "/abort");
        await client.SendAsync(Encoding.UTF8.GetBytes("now"), WebSocketMessageType.Text, endOfMessage: true, _deadline);

        await Assert.ThrowsAnyAsync<WebSocketException>(() => ReceiveAsync(client));

        Assert.Equal(WebSocketState.Aborted, client.State);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Refusal_ByTheServer_ReachesTheClient(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);

        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(stage, "/refuse"));

        Assert.Equal(403, (await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/refuse"))[0].Status);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task ManySockets_AtOnce_AllEcho(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using var invoker = new HttpMessageInvoker(stage.NewHandler());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using ClientWebSocket client = await ConnectAsync(stage, "/echo", invoker);
            await client.SendAsync(Encoding.UTF8.GetBytes($"socket {i}"), WebSocketMessageType.Text, endOfMessage: true, _deadline);
            Assert.Equal($"socket {i}", Encoding.UTF8.GetString(await ReceiveAsync(client)));
        }));
    }

    private Task<KestrelOrigin> StartOriginAsync(Dialect dialect) => KestrelOrigin.StartAsync(dialect, _authority, application =>
    {
        application.Map("/echo", EchoAsync);
        application.Map("/close", CloseAsync);
        application.Map("/abort", async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[16], context.RequestAborted);
            context.Abort();
        });
        application.Map("/refuse", context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
    });

    private async Task EchoAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    _seen.Writer.TryWrite($"closed {(int)socket.CloseStatus!} {socket.CloseStatusDescription}");
                    await socket.CloseOutputAsync(socket.CloseStatus.Value, socket.CloseStatusDescription, context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            _seen.Writer.TryWrite("aborted");
        }
    }

    private async Task CloseAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseAsync(OwnCode, "no more", context.RequestAborted);
        _seen.Writer.TryWrite($"closed {(int)socket.CloseStatus!} {socket.CloseStatusDescription}");
    }

    private async Task<ClientWebSocket> ConnectAsync(PeerStage stage, string path)
    {
        // The connection goes on to live with the socket.
        var invoker = new HttpMessageInvoker(stage.NewHandler());
        return await ConnectAsync(stage, path, invoker);
    }

    private async Task<ClientWebSocket> ConnectAsync(PeerStage stage, string path, HttpMessageInvoker invoker)
    {
        var client = new ClientWebSocket();
        client.Options.HttpVersion = stage.Version;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await client.ConnectAsync(stage.Url(path, "ws"), invoker, _deadline);
        return client;
    }

    private async Task<byte[]> ReceiveAsync(ClientWebSocket client)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult received = await client.ReceiveAsync(buffer.AsMemory(), _deadline);
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return message.ToArray();
            }
        }
    }
}
