namespace Sluice.Scenarios.Forwarding;

/// <summary>How the end of content is told on each side (RFC 9112, section 6.3).</summary>
public sealed class FramingTests
{
    [Fact]
    public async Task ContentUpToTheEnd_ToAnHttp11Client_BecomesChunked()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\n\r\nhello");
        server.Close();

        HttpResponse response = await client.ReadResponseAsync();
        Assert.True(response.IsChunked);
        Assert.Equal("hello", response.Text);

        await client.SendAsync(Story.Get);
        ScriptedServerConnection fresh = await story.AcceptAsync();
        await fresh.ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello")]
    public async Task ContentUpToTheEnd_ToAnHttp10Client_EndsWithItsConnection(string answer)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            "GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n");
        await server.SendAsync(answer);
        server.Close();

        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal("hello", response.Text);
        Assert.False(response.Has("Transfer-Encoding") || response.Has("Content-Length"));
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task ChunkedContent_ToAnHttp10Client_IsUnwrapped()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");

        HttpResponse response = await client.ReadResponseAsync();

        Assert.False(response.Has("Transfer-Encoding"));
        Assert.Equal("hello world", response.Text);
    }

    [Fact]
    public async Task Head_WithALength_KeepsItAndHasNoContent()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync("HEAD");
        Assert.Equal("1234", response["Content-Length"]);

        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Head_AnsweredWithChunkedFraming_HasNoContent()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.ReadResponseAsync("HEAD");

        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, null)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1234\r\n\r\n", 304, "1234")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", 304, null)]
    public async Task StatusWithoutContent_LeavesBothConnectionsInUse(string answer, int status, string? length)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync(answer);
        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((status, length), (response.Status, response["Content-Length"]));
        Assert.False(response.Has("Transfer-Encoding"));

        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task EmptyContent_WithALengthOfZero_StaysSo()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Post + "Content-Length: 0\r\n\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        Assert.Equal("0", (await server.ReadRequestAsync())["Content-Length"]);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("0", (await client.ReadResponseAsync())["Content-Length"]);
    }

    [Fact]
    public async Task Http10Response_WithALength_LeavesTheClientConnectionInUse()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.StartsWith("HTTP/1.1 200", response.StartLine, StringComparison.Ordinal);
        await server.ExpectClosedAsync();
        await client.SendAsync(Story.Get);
        await (await story.AcceptAsync()).ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }
}
