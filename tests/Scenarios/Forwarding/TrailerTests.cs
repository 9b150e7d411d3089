namespace Sluice.Scenarios.Forwarding;

/// <summary>Trailer fields (RFC 9112, section 7.1.2).</summary>
public sealed class TrailerTests
{
    [Fact]
    public async Task RequestTrailers_BehindChunks_ReachTheUpstream()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Post + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();

        HttpRequest request = await server.ServeAsync();

        Assert.Equal("hello", request.Text);
        Assert.Equal("42", request.Trailer("X-Sum"));
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task ResponseTrailers_BehindChunks_ReachTheClient()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: grpc-status\r\n\r\n5\r\nhello\r\n");
        await server.SendAsync("0\r\ngrpc-status: 0\r\ngrpc-message: fine\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal("hello", response.Text);
        Assert.Equal("0", response.Trailer("grpc-status"));
        Assert.Equal("fine", response.Trailer("grpc-message"));
    }

    [Fact]
    public async Task ResponseTrailers_WithoutAnyContent_ReachTheClient()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Empty(response.Content);
        Assert.Equal("0", response.Trailer("X-Sum"));
    }

    [Fact]
    public async Task ResponseTrailers_ToAnHttp10Client_AreLeftOut()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");

        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n");

        Assert.Equal("hello", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task ResponseTrailers_ThatFrameOrControl_AreDropped()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "0\r\nContent-Length: 9\r\nSet-Cookie: a=b\r\nX-Kept: 1\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(["X-Kept"], response.Trailers.Select(field => field.Key));
    }
}
