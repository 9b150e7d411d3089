using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Access;

/// <summary>Routes that take only some methods.</summary>
public sealed class MethodLimitTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PURGE")]
    public async Task Method_OfTheRoute_GetsThrough(string method)
    {
        await using Story story = Begin("GET", "HEAD", "PURGE");
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(200, (await client.ReadResponseAsync(method)).Status);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("get")]
    [InlineData("PURGEX")]
    [InlineData("OPTIONS")]
    public async Task Method_NotOfTheRoute_Gets405WithAllow(string method)
    {
        await using Story story = Begin("GET", "HEAD", "PURGE");
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal((405, "GET, HEAD, PURGE", null), (response.Status, response["Allow"], response["Connection"]));
        Assert.Equal("method_not_allowed", (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task RefusedRequest_WithContent_LeavesTheConnectionUsable()
    {
        await using Story story = Begin("GET");
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse refused = await client.ExchangeAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        await client.SendAsync(Story.Get);
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ServeAsync();

        Assert.Equal(405, refused.Status);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Get_OfTheRoute_MeansHeadToo()
    {
        await using Story story = Begin("GET");
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

        Assert.Equal(200, (await client.ReadResponseAsync("HEAD")).Status);
    }

    [Fact]
    public async Task RefusedHead_GetsNoContent()
    {
        await using Story story = Begin("POST");
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse head = await client.ExchangeAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal((405, 405), (head.Status, (await client.ReadResponseAsync("HEAD")).Status));
    }

    [Fact]
    public async Task OptionsOfTheServer_IsAMethodLikeAnyOther()
    {
        await using Story limited = Begin("GET");
        HttpResponse refused = await (await limited.ConnectAsync()).ExchangeAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Assert.Equal((405, "GET, HEAD"), (refused.Status, refused["Allow"]));

        await using Story open = Begin("GET", "OPTIONS");
        (ScriptedClient client, ScriptedServerConnection server) = await open.OpenAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(204, (await client.ReadResponseAsync()).Status);
    }

    private static Story Begin(params string[] methods) => Story.Begin(new ProxySetup { Route = route => route with { Methods = [.. methods] } });
}
