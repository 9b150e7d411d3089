using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>
/// Connections that become tunnels, and only once the server has said so (RFC 9110, section 7.8; CVE-2026-2833 was a proxy that did not
/// wait).
/// </summary>
public sealed class UpgradeTests
{
    internal const string Request = "GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    internal const string Switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    [Fact]
    public async Task Upgrade_Accepted_BytesPassBothWays()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await client.SendAsync("ping\0\xFF");
        await server.ExpectAsync("ping\0\xFF");
        await server.SendAsync("pong\r\n\r\n");
        await client.ExpectAsync("pong\r\n\r\n");
    }

    [Fact]
    public async Task Upgrade_Forwarded_NamesItselfOnBothHops()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Request);
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadHeadAsync();
        await server.SendAsync(Switching);
        HttpResponse response = await client.ReadHeadAsync();

        Assert.Equal(("Upgrade", "websocket"), (Capitalised(request["Connection"]), request["Upgrade"]));
        Assert.Equal("dGhlIHNhbXBsZSBub25jZQ==", request["Sec-WebSocket-Key"]);
        Assert.Equal(101, response.Status);
        Assert.Equal(("Upgrade", "websocket"), (Capitalised(response["Connection"]), response["Upgrade"]));
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response["Sec-WebSocket-Accept"]);
    }

    [Fact]
    public async Task Upgrade_BytesBehindThe101_ArriveToo()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Request);

        await server.SendAsync(Switching + "first words");
        await client.ReadHeadAsync();

        await client.ExpectAsync("first words");
    }

    [Fact]
    public async Task Upgrade_ClientTalksBeforeThe101_NothingPassesUntilThen()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            Request + "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await server.ExpectSilenceAsync(TimeSpan.FromMilliseconds(100));
        await server.SendAsync(Switching);
        await client.ReadHeadAsync();

        await server.ExpectAsync("GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n");
    }

    [Fact]
    public async Task Upgrade_Refused_ConnectionsGoOnAsHttp()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Request);
        await server.RespondAsync("no upgrade");
        Assert.Equal("no upgrade", (await client.ReadResponseAsync()).Text);

        await client.SendAsync(Story.Get);
        HttpRequest next = await server.ServeAsync("still http");

        Assert.Equal("/", next.Target);
        Assert.Equal("still http", (await client.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-61")]
    [Fact]
    public async Task Tunnel_ClientHalfCloses_ServerSeesItAndCanStillTalk()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await client.SendAsync("bye");
        client.ShutdownSend();
        await server.ExpectAsync("bye");
        await server.ExpectClosedAsync();
        await server.SendAsync("and thanks");
        await client.ExpectAsync("and thanks");
        server.ShutdownSend();
        await client.ExpectClosedAsync();
    }

    [Trait("Case", "U-61")]
    [Fact]
    public async Task Tunnel_ServerHalfCloses_ClientSeesItAndCanStillTalk()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await server.SendAsync("bye");
        server.ShutdownSend();
        await client.ExpectAsync("bye");
        await client.ExpectClosedAsync();
        await client.SendAsync("and thanks");
        await server.ExpectAsync("and thanks");
        client.ShutdownSend();
        await server.ExpectClosedAsync();
    }

    [Fact]
    public async Task Tunnel_ClientResets_ServerIsToldAtOnce()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        client.Reset();

        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Tunnel_HalfClosedWhenTheProxyStops_IsBrokenOff()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);
        client.ShutdownSend();
        await server.ExpectClosedAsync();

        await story.Proxy.StopAsync(TimeSpan.Zero);

        await client.ExpectGoneAsync();
    }

    [Trait("Case", "U-62")]
    [Fact]
    public async Task Tunnel_IdleForTooLong_IsClosedOnBothSides()
    {
        await using Story story = Story.Begin(new ProxyLimits { TunnelIdleTimeoutMs = 200 });
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await client.ExpectGoneAsync();
        await server.ExpectGoneAsync();
        Assert.Equal("tunnel_idle_timeout", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Tunnel_BusyForLongerThanAllowed_IsClosedOnBothSides()
    {
        await using Story story = Story.Begin(new ProxyLimits { TunnelTimeoutMs = 400 });
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        int sent = await server.SendSlowlyAsync(new byte[400], bytesEach: 1, TimeSpan.FromMilliseconds(20));

        Assert.NotEqual(400, sent);
        await client.ReadToEndAsync();
        Assert.NotEqual(ConnectionEnd.Open, client.End);
        Assert.Equal("tunnel_timeout", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Tunnel_OneDirectionBusy_IsNotIdle()
    {
        await using Story story = Story.Begin(new ProxyLimits { TunnelIdleTimeoutMs = 4_000 });
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        await server.SendSlowlyAsync(new byte[30], bytesEach: 1, TimeSpan.FromMilliseconds(170));

        Assert.Equal(30, (await client.ReadExactlyAsync(30)).Length);
        await client.SendAsync("alive");
        await server.ExpectAsync("alive");
    }

    [Fact]
    public async Task Tunnel_LargeTransferBothWays_ArrivesWhole()
    {
        const int size = 4 << 20;
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await OpenTunnelAsync(story);

        Task up = client.SendAsync(new byte[size]);
        Task down = server.SendAsync(new byte[size]);
        Task<byte[]> atServer = server.ReadExactlyAsync(size);
        byte[] atClient = await client.ReadExactlyAsync(size);
        await Task.WhenAll(up, down);

        Assert.Equal((size, size), (atClient.Length, (await atServer).Length));
    }

    private static async Task<(ScriptedClient Client, ScriptedServerConnection Server)> OpenTunnelAsync(Story story)
    {
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Request);
        await server.SendAsync(Switching);
        Assert.Equal(101, (await client.ReadHeadAsync()).Status);
        return (client, server);
    }

    private static string Capitalised(string? value) => value is null ? "" : char.ToUpperInvariant(value[0]) + value[1..];
}
