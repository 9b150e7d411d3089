using System.Globalization;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Which fields pass (RFC 9110, section 7.6).</summary>
public sealed class FieldTests
{
    [Fact]
    public async Task RequestFields_ForThisHopOnly_AreRemoved()
    {
        HttpRequest request = await ForwardAsync("Connection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\n"
            + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nTE: gzip\r\nX-End: 2\r\n");

        foreach (string name in new[] { "Connection", "Keep-Alive", "X-Hop", "Proxy-Connection", "Proxy-Authorization", "TE" })
        {
            Assert.False(request.Has(name), name);
        }

        Assert.Equal("2", request["X-End"]);
    }

    [Theory]
    [InlineData("Host", "a.test")]
    [InlineData("Authorization", "Bearer x")]
    [InlineData("Cookie", "a=b")]
    [InlineData("Content-Type", "text/plain")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "http")]
    [InlineData("X-Forwarded-Host", "a.test")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    public async Task RequestFields_ThatConnectionMustNotName_Stay(string name, string expected)
    {
        HttpRequest request = await ForwardAsync(
            $"Connection: {name}\r\nAuthorization: Bearer x\r\nCookie: a=b\r\nContent-Type: text/plain\r\n");

        Assert.Equal(expected, request[name]);
    }

    [Fact]
    public async Task RequestFields_WithUnderscores_AreDropped()
    {
        HttpRequest request = await ForwardAsync("X_User: root\r\nX-User: guest\r\nX_Forwarded_For: 6.6.6.6\r\n");

        Assert.DoesNotContain(request.Fields, field => field.Key.Contains('_', StringComparison.Ordinal));
        Assert.Equal("guest", request["X-User"]);
    }

    [Fact]
    public async Task RequestFields_EndToEnd_PassUnchangedAndInOrder()
    {
        HttpRequest request = await ForwardAsync("Accept: a/b\r\nX-Twice: 1\r\nUser-Agent: test/1 (x; y)\r\nX-Twice: 2\r\n"
            + "X-Empty:\r\nX-Bytes: \xC3\xA9\xFF\r\nX-Padded: \t a  b \t\r\n");

        Assert.Equal(["1", "2"], request.All("X-Twice"));
        Assert.Equal("", request["X-Empty"]);
        Assert.Equal("\xC3\xA9\xFF", request["X-Bytes"]);
        Assert.Equal("a  b", request["X-Padded"]);
        string[] own = ["Accept", "X-Twice", "User-Agent", "X-Twice", "X-Empty", "X-Bytes", "X-Padded"];
        Assert.Equal(own, request.Fields.Select(field => field.Key).Where(own.Contains));
    }

    [Fact]
    public async Task RequestTarget_IsForwardedInItsOneSpelling()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("GET http://A.TEST:80/x/../%7euser/%2f?q=%41&r=../ HTTP/1.1\r\nHost: a.test.\r\n\r\n");
        HttpRequest request = await (await story.AcceptAsync()).ServeAsync();

        Assert.Equal("GET /~user/%2F?q=%41&r=../ HTTP/1.1", request.StartLine);
        Assert.Equal("a.test", request["Host"]);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task ResponseFields_ForThisHopOnly_AreRemoved()
    {
        HttpResponse response = await AnswerAsync("Connection: X-Hop, keep-alive\r\nKeep-Alive: timeout=60\r\nX-Hop: 1\r\n"
            + "Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-End: 2\r\n");

        foreach (string name in new[] { "Connection", "Keep-Alive", "X-Hop", "Proxy-Authenticate", "Upgrade" })
        {
            Assert.False(response.Has(name), name);
        }

        Assert.Equal("2", response["X-End"]);
    }

    [Fact]
    public async Task ResponseFields_EndToEnd_PassUnchangedAndInOrder()
    {
        HttpResponse response = await AnswerAsync("Set-Cookie: a=1; Path=/\r\nServer: origin/1\r\nSet-Cookie: b=2\r\n"
            + "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nX-Bytes: \xFF\r\nx_under: kept\r\n");

        Assert.Equal(["a=1; Path=/", "b=2"], response.All("Set-Cookie"));
        Assert.Equal("origin/1", response["Server"]);
        Assert.Equal("Thu, 01 Jan 1970 00:00:00 GMT", response["Date"]);
        Assert.Equal("\xFF", response["X-Bytes"]);
    }

    [Fact]
    public async Task Response_WithoutADate_GetsOne()
    {
        HttpResponse response = await AnswerAsync("");

        bool isDate = DateTime.TryParseExact(response["Date"], "r", null, DateTimeStyles.AssumeUniversal, out DateTime date);
        Assert.True(isDate, response["Date"]);
        Assert.InRange(DateTime.Now - date, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Response_WithItsOwnReason_KeepsIt()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 299 Quite Fine\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("HTTP/1.1 299 Quite Fine", (await client.ReadResponseAsync()).StartLine);
    }

    [Fact]
    public async Task Te_WithTrailers_IsSaidAnew()
    {
        HttpRequest request = await ForwardAsync("TE: trailers, deflate\r\nConnection: TE\r\n");

        Assert.True(request["TE"] is null or "trailers", request["TE"]);
    }

    private static async Task<HttpRequest> ForwardAsync(string fields)
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
        HttpRequest request = await (await story.AcceptAsync()).ServeAsync();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        return request;
    }

    private static async Task<HttpResponse> AnswerAsync(string fields)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{fields}\r\nok");
        return await client.ReadResponseAsync();
    }
}
