using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.RealPeers;

/// <summary>WebSockets from the client of .NET through the proxy to Kestrel.</summary>
public sealed class WebSocketTests : IAsyncLifetime
{
    private CancellationToken _deadline;
    private WebApplication _kestrel = null!;
    private ProxyFixture _proxy = null!;

    public async Task InitializeAsync()
    {
        // Its timer is all it holds, and that ends by itself.
        _deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _kestrel = builder.Build();
        _kestrel.Urls.Add("http://127.0.0.1:0");
        _kestrel.UseWebSockets();
        _kestrel.Map("/echo", EchoAsync);
        await _kestrel.StartAsync();
        string address = _kestrel.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var server = new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = new Uri(address).Port });
        _proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), server);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _kestrel.DisposeAsync();
    }

    [Fact]
    public async Task Messages_OfAllSizes_ComeBackUnchanged()
    {
        using ClientWebSocket client = await ConnectAsync();
        foreach (int size in new[] { 0, 1, 125, 126, 65_535, 65_536, 1_000_000 })
        {
            byte[] message = new byte[size];
            new Random(size).NextBytes(message);
            Task sending = client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, _deadline);
            byte[] echoed = await ReceiveAsync(client);
            await sending;

            Assert.Equal(message, echoed);
        }
    }

    [Fact]
    public async Task Close_IsAnsweredByTheServer()
    {
        using ClientWebSocket client = await ConnectAsync();
        await client.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, _deadline);
        Assert.Equal("hello", Encoding.UTF8.GetString(await ReceiveAsync(client)));

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", _deadline);

        Assert.Equal((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure), (client.State, client.CloseStatus));
        AccessLogEntry line = (await _proxy.AccessLog.WaitForAsync(entry => entry.Path == "/echo"))[0];
        Assert.Equal((101, null), (line.Status, line.Error));
    }

    [Fact]
    public async Task ManySockets_AtOnce_AllEcho()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using ClientWebSocket client = await ConnectAsync();
            await client.SendAsync(Encoding.UTF8.GetBytes($"socket {i}"), WebSocketMessageType.Text, endOfMessage: true, _deadline);
            Assert.Equal($"socket {i}", Encoding.UTF8.GetString(await ReceiveAsync(client)));
        }));
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_proxy.Port}/echo"), _deadline);
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
