using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Connections that serve one request after another, on both sides (RFC 9112, section 9.3).</summary>
public sealed class KeepAliveTests
{
    [Fact]
    public async Task TwoRequests_OnOneClientConnection_ShareOneUpstreamConnection()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

        await client.SendAsync("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpRequest request = await server.ServeAsync("second");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal("/second", request.Target);
        Assert.Equal("second", response.Text);
        Assert.False(response.Has("Connection"));
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task TwoClients_OneAfterTheOther_ShareOneUpstreamConnection()
    {
        await using Story story = Story.Begin();
        (ScriptedClient first, ScriptedServerConnection server) = await story.WarmUpAsync();
        first.Close();

        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        await server.ServeAsync("again");

        Assert.Equal("again", (await second.ReadResponseAsync()).Text);
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task ClientAsksToClose_ResponseSent_OnlyItsConnectionCloses()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        await server.RespondAsync();

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal("close", response["Connection"]);
        await client.ExpectClosedAsync();

        ScriptedClient next = await story.ConnectAsync("next");
        await next.SendAsync(Story.Get);
        await server.ServeAsync();
        Assert.Equal(200, (await next.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task UpstreamAsksToClose_ResponseSent_ClientConnectionStays()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");

        HttpResponse response = await client.ReadResponseAsync();
        Assert.False(response.Has("Connection"));
        await server.ExpectClosedAsync();

        await client.SendAsync(Story.Get);
        ScriptedServerConnection fresh = await story.AcceptAsync();
        await fresh.ServeAsync("fresh");
        Assert.Equal("fresh", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Http10Client_WithoutKeepAlive_IsClosedAfterItsResponse()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
        await server.RespondAsync();

        Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task Http10Client_WithKeepAlive_IsToldAndKept()
    {
        const string request = "GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n";
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(request);
        await server.RespondAsync();
        Assert.Equal("keep-alive", (await client.ReadResponseAsync())["Connection"]);

        await client.SendAsync(request);
        await server.ServeAsync("second");
        Assert.Equal("second", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task IdleClient_AfterTheKeepAliveTimeout_IsClosed()
    {
        await using Story story = Story.Begin(new ProxyLimits { KeepAliveTimeoutMs = 150 });
        (ScriptedClient client, _) = await story.WarmUpAsync();

        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task ClientConnection_AtItsLimitOfRequests_IsClosedWithNotice()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestsPerConnectionMax = 2 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();

        await client.SendAsync(Story.Get);
        await server.ServeAsync("last");
        HttpResponse last = await client.ReadResponseAsync();

        Assert.Equal("close", last["Connection"]);
        await client.ExpectClosedAsync();
    }
}
