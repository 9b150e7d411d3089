using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Responses that come before their request is whole (RFC 9112, section 9.3), and what becomes of the rest.</summary>
public sealed class EarlyResponseTests
{
    private const string Half = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello";

    [Trait("Case", "U-23")]
    [Fact]
    public async Task EarlyResponse_WhileUploading_ArrivesAtOnce()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Half);
        await server.ExpectAsync("hello");

        await server.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");

        Assert.Equal("big", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task EarlyResponse_RestOfTheContentIsSmall_ClientConnectionServesTheNextRequest()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Half);
        await server.ExpectAsync("hello");
        await server.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        Assert.Equal(403, (await client.ReadResponseAsync()).Status);

        await client.SendAsync("world" + Story.Get);
        ScriptedServerConnection fresh = await story.AcceptAsync();
        await fresh.ServeAsync("next");

        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-23")]
    [Fact]
    public async Task EarlyResponse_RequestNeverWhole_UpstreamConnectionIsNotUsedAgain()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Half);
        await server.ExpectAsync("hello");
        await server.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");

        Assert.Equal(403, (await client.ReadResponseAsync()).Status);
        await server.ExpectGoneAsync();
    }

    [Trait("Case", "U-23")]
    [Fact]
    public async Task EarlyResponse_ServerClosesWhileContentComes_IsStillDelivered()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            Story.Post + "Content-Length: 10000000\r\n\r\nhello");
        await server.ExpectAsync("hello");
        await server.SendAsync("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig");
        server.ShutdownSend();
        await client.TrySendAsync(new byte[100_000]);

        Assert.Equal("big", (await client.ReadResponseAsync()).Text);
    }
}
