using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Responses that the upstream breaks off: the client must be able to tell (RFC 9112, section 8).</summary>
public sealed class TruncationTests
{
    [Trait("Case", "U-14")]
    [Trait("Case", "U-15")]
    [Theory]
    [InlineData("Content-Length: 100", "hello")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n")]
    public async Task UpstreamCloses_WithinContent_ClientSeesTheTruncation(string framing, string part)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync($"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{part}");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        await content.ExpectAsync("hello");
        server.Close();

        Assert.Empty(await content.ReadTruncatedAsync());
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((200, "response_truncated"), (line.Status, line.Error));
    }

    [Trait("Case", "U-18")]
    [Fact]
    public async Task UpstreamResets_WithinContentUpToTheEnd_ClientSeesTheTruncation()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\n\r\nhello");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        await content.ExpectAsync("hello");
        server.Reset();

        Assert.Empty(await content.ReadTruncatedAsync());
    }

    [Fact]
    public async Task UpstreamCloses_WithinChunksToAnHttp10Client_ClientIsReset()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        HttpResponse head = await client.ReadHeadAsync();
        Assert.False(head.Has("Content-Length"));
        await client.ExpectAsync("hello");
        server.Close();

        // An orderly close would say that the content is whole.
        await client.ExpectResetAsync();
    }

    [Trait("Case", "U-21")]
    [Fact]
    public async Task UpstreamStalls_WithinContent_ClientSeesTheTruncation()
    {
        await using Story story = Story.Begin(new ProxyLimits { UpstreamIdleTimeoutMs = 200 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        await content.ExpectAsync("hello");

        Assert.Empty(await content.ReadTruncatedAsync());
        await server.ExpectGoneAsync();
        Assert.Equal("response_body_timeout", (await story.LogLineAsync()).Error);
    }
}
