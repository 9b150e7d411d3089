using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.ErrorPages;

/// <summary>Pages in place of responses of servers.</summary>
public sealed class InterceptTests
{
    [Fact]
    public async Task Response_WithThatStatus_IsReplacedAndItsConnectionUsedAgain()
    {
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 404 Not Found\r\nX-Secret: 1\r\nSet-Cookie: a=b\r\nContent-Length: 6\r\n\r\nsecret");

        HttpResponse response = await client.ReadResponseAsync();
        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");

        Assert.Equal((404, "ours 404"), (response.Status, response.Text));
        Assert.False(response.Has("X-Secret") || response.Has("Set-Cookie"));
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, story.Upstream.AcceptedCount);
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((404, null), (line.Status, line.Error));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntheirs", 200)]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\ntheirs", 403)]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 6\r\n\r\ntheirs", 500)]
    public async Task Response_WithAnotherStatus_IsLeftAlone(string theirs, int status)
    {
        // There is a page for 500, but not for responses of servers.
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync(theirs);

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((status, "theirs"), (response.Status, response.Text));
    }

    [Fact]
    public async Task ChunkedContent_ThatComesLater_IsThrownAway()
    {
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsec\r\n");

        // The page does not wait for it.
        Assert.Equal("ours 404", (await client.ReadResponseAsync()).Text);
        await server.SendAsync("3\r\nret\r\n0\r\n\r\n");
        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");

        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData("Content-Length: 1000000\r\n\r\n")]
    [InlineData("\r\n")]
    public async Task Content_TooLongToBeDrained_EndsTheServersConnection(string rest)
    {
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 404 Not Found\r\n" + rest);

        Assert.Equal("ours 404", (await client.ReadResponseAsync()).Text);
        await server.ExpectGoneAsync();
        await client.SendAsync(Story.Get);
        await (await story.AcceptAsync()).ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Content_ThatNeverComes_IsNotWaitedForLongerThanADrainMay()
    {
        await using Story story = Story.Begin(Setup() with { Limits = new ProxyLimits { DrainTimeoutMs = 100 } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\nsec");

        Assert.Equal("ours 404", (await client.ReadResponseAsync()).Text);
        await server.ExpectGoneAsync();
        await client.SendAsync(Story.Get);
        await (await story.AcceptAsync()).ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task BrokenContent_OfAReplacedResponse_HurtsNobody()
    {
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");

        Assert.Equal("ours 404", (await client.ReadResponseAsync()).Text);
        await client.SendAsync(Story.Get);
        await (await story.AcceptAsync()).ServeAsync("next");

        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
        Assert.Null((await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Head_GetsTheLengthOfThePageAndNothingElse()
    {
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n");

        HttpResponse response = await client.ReadResponseAsync("HEAD");
        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");

        Assert.Equal((404, "8"), (response.Status, response["Content-Length"]));
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Request_NotWhollySent_GetsItsPageAndEndsTheServersConnection()
    {
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Story.Post + "Content-Length: 10\r\n\r\nhello");
        await server.ExpectAsync("hello");
        await server.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("ours 404", (await client.ReadResponseAsync()).Text);
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Client_ThatLeavesMeanwhile_HurtsNobody()
    {
        await using Story story = Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\nsec");
        await client.ReadResponseAsync();
        client.Reset();

        await server.ExpectGoneAsync();
        await story.Proxy.ExpectConnectionsAsync(0);
    }

    private static Story Begin() => Story.Begin(Setup());

    private static ProxySetup Setup() => Pages.SetupWith(
        Pages.On(404, Pages.Text("ours {status}")) with { Intercept = true },
        Pages.On(500, Pages.Text("ours {status}")));
}
