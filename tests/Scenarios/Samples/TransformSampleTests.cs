namespace Sluice.Scenarios.Samples;

/// <summary>What the samples of headers, rewrites and redirects say is what happens.</summary>
public sealed class TransformSampleTests
{
    [Fact]
    public async Task Headers_Sample_ChangesThemBothWays()
    {
        await using SampleProxy sample = SampleProxy.Start("headers.yaml");

        (HttpRequest request, HttpResponse response) = await sample.ForwardAsync(
            "/legacy/a?b=1", "Cookie: a=1\r\nX-Internal-User: root\r\nX-Client: 6.6.6.6\r\n", "Server: old\r\nX-Debug: 1\r\n");
        HttpResponse hello = await sample.AskAsync("/");

        Assert.Equal(("legacy.internal", "127.0.0.1", "GET /legacy/a?b=1"), (request["Host"], request["X-Client"], request["X-Original"]));
        Assert.False(request.Has("Cookie") || request.Has("X-Internal-User"));
        Assert.Equal(("no-store", "nosniff", "SAMEORIGIN"), (response["Cache-Control"], response["X-Content-Type-Options"], response["X-Frame-Options"]));
        Assert.False(response.Has("Server") || response.Has("X-Debug") || response.Has("Strict-Transport-Security"));
        Assert.Equal(("DENY", "same-origin"), (hello["X-Frame-Options"], hello["Referrer-Policy"]));
        Assert.True(hello.Has("X-Request-Id") && hello.Has("Content-Security-Policy"));
    }

    [Theory]
    [InlineData("/api/items?x=1", "/v2/items?x=1")]
    [InlineData("/users/42?utm_source=a&b=1", "/profile/42?b=1&source=gateway")]
    [InlineData("/users/me", "/users/me?source=gateway")]
    [InlineData("/search/shoes", "/find?q=shoes")]
    [InlineData("/search/a&b=c", "/find?q=a%26b%3Dc")]
    public async Task Rewrite_Sample_SendsTheNewTarget(string target, string expected)
    {
        await using SampleProxy sample = SampleProxy.Start("rewrite.yaml");

        Assert.Equal(expected, (await sample.ForwardAsync(target)).Request.Target);
    }

    [Theory]
    [InlineData("example.com", "/a?b", 308, "https://example.com/a?b")]
    [InlineData("x.old.example.com", "/a?b", 301, "https://www.example.com/a?b")]
    [InlineData("a.test", "/blog/hello", 308, "/news/hello")]
    [InlineData("a.test", "/blog//evil.test", 308, "/news/")]
    [InlineData("a.test", "/", 404, null)]
    public async Task Redirect_Sample_LeadsThere(string host, string target, int status, string? expected)
    {
        await using SampleProxy sample = SampleProxy.Start("redirect.yaml");

        HttpResponse response = await sample.AskAsync(target, host);

        Assert.Equal((status, expected), (response.Status, response["Location"]));
    }

    [Fact]
    public async Task RewriteResponses_Sample_BringsThemBack()
    {
        await using SampleProxy sample = SampleProxy.Start("rewrite-responses.yaml");

        (HttpRequest request, HttpResponse response) = await sample.ForwardAsync(
            "/app/login", responseFields: "Location: http://app.internal/home\r\nSet-Cookie: id=1; Domain=app.internal; Path=/\r\n");

        Assert.Equal(("/login", "app.internal"), (request.Target, request["Host"]));
        Assert.Equal("http://a.test/app/home", response["Location"]);
        Assert.Equal("id=1; Path=/app; HttpOnly; SameSite=Lax", response["Set-Cookie"]);
    }

    [Theory]
    [InlineData("POST /upload/x", 2_000_000, 200)]
    [InlineData("POST /other", 2_000_000, 413)]
    [InlineData("GET /reports/x", 0, 200)]
    [InlineData("DELETE /reports/x", 0, 405)]
    [InlineData("DELETE /other", 0, 200)]
    public async Task Policies_Sample_HoldWhereTheyAreUsed(string request, int length, int status)
    {
        await using SampleProxy sample = SampleProxy.Start("policies.yaml");
        ScriptedClient client = await sample.Proxy.ConnectAsync();
        Task<ScriptedServerConnection> accept = sample.Upstream.AcceptAsync();
        await client.SendAsync($"{request} HTTP/1.1\r\nHost: a.test\r\nContent-Length: {length}\r\n\r\n");
        if (status == 200)
        {
            ScriptedServerConnection server = await accept;
            await server.ReadHeadAsync();
            await server.RespondAsync();
        }

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((status, "nosniff"), (response.Status, response["X-Content-Type-Options"]));
    }
}
