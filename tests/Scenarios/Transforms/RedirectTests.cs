using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Transforms;

/// <summary>Redirects, and what clients try in order to be sent, or send others, somewhere else.</summary>
public sealed class RedirectTests
{
    [Theory]
    [InlineData("/new", 308, false, "/old?x=1", "/new")]
    [InlineData("/new", 301, true, "/old?x=1", "/new?x=1")]
    [InlineData("/new?y=2", 302, true, "/old?x=1", "/new?y=2&x=1")]
    [InlineData("/new", 303, true, "/old", "/new")]
    [InlineData("https://{host}{uri}", 308, false, "/a%2Fb?x=1", "https://a.test/a%2Fb?x=1")]
    [InlineData("{scheme}://{authority}/x{path}", 307, false, "/a", "http://a.test:81/x/a")]
    [InlineData("https://id.test/?back={uri}", 302, false, "/a?x=1&y=2", "https://id.test/?back=%2Fa%3Fx%3D1%26y%3D2")]
    public async Task Redirect_LeadsToItsTarget(string to, int status, bool keepQuery, string target, string expected)
    {
        (HttpResponse response, AccessLogEntry line) = await AskAsync(to, status, keepQuery, $"GET {target} HTTP/1.1\r\nHost: a.test:81\r\n\r\n");

        Assert.Equal((status, expected), (response.Status, response["Location"]));
        Assert.Equal((status, null), (line.Status, line.Error));
    }

    [Theory]
    [InlineData("{uri}", "//evil.test/x", "/evil.test/x")]
    [InlineData("{uri}", "///evil.test", "/evil.test")]
    [InlineData("{path}/", "//evil.test", "/evil.test/")]
    [InlineData("/{path.1}/{path.2}", "//evil.test", "/evil.test")]
    [InlineData("/{path.9}/x", "/", "/x")]
    [InlineData("/{query.to}", "/?to=/evil.test", "/%2Fevil.test")]
    [InlineData("/{query.to}", "/?to=\\evil.test", "/%5Cevil.test")]
    [InlineData("/{query.to}", "/?to=%5C%5Cevil.test", "/%5C%5Cevil.test")]
    [InlineData("/{query.to}", "/?to=https://evil.test", "/https%3A%2F%2Fevil.test")]
    [InlineData("/{header.x}", "/", "/%2F%2Fevil.test%3F%23%09%40")]
    [InlineData("/x{path}", "/a;b@c:d", "/x/a;b@c:d")]
    [InlineData("https://good.test{path}", "//@evil.test", "https://good.test//@evil.test")]
    [InlineData("https://good.test{uri}", "/?@evil.test", "https://good.test/?@evil.test")]
    public async Task HostileValue_NeverLeadsToAnotherHost(string to, string target, string expected)
    {
        (HttpResponse response, _) = await AskAsync(to, 308, false, $"GET {target} HTTP/1.1\r\nHost: a.test\r\nX: //evil.test?#\t@\r\n\r\n");

        Assert.Equal(expected, response["Location"]);
        var browser = new Uri(new Uri("https://a.test/"), response["Location"]);
        Assert.Contains(browser.Host, (string[])["a.test", "good.test"]);
    }

    [Fact]
    public async Task SameHost_WithoutAHost_IsABadRequest()
    {
        (HttpResponse response, _) = await AskAsync("https://{host}{uri}", 308, false, "GET / HTTP/1.0\r\n\r\n");

        Assert.Equal((400, false), (response.Status, response.Has("Location")));
    }

    [Fact]
    public async Task Asterisk_IsRedirectedToTheRoot()
    {
        (HttpResponse response, _) = await AskAsync("https://good.test{path}", 308, false, "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal("https://good.test/", response["Location"]);
    }

    [Fact]
    public async Task ResponseHeaders_OfTheRoute_ApplyToARedirectToo()
    {
        HeaderEdit edit = new(HeaderOperation.Set, "X-A", [Template.Parse("{status}", TemplateScope.Response)]);
        (HttpResponse response, _) = await AskAsync("/new", 301, false, Story.Get, edit);

        Assert.Equal(("301", "/new"), (response["X-A"], response["Location"]));
    }

    [Fact]
    public async Task Head_OfARedirect_HasNoContentAndTheConnectionServesOn()
    {
        (HttpResponse response, _) = await AskAsync("/new", 301, false, "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal(("/new", ""), (response["Location"], response.Text));
    }

    private static async Task<(HttpResponse Response, AccessLogEntry Line)> AskAsync(string to, int status, bool keepQuery, string request, params HeaderEdit[] edits)
    {
        var route = new RoutePlan
        {
            Name = "away",
            Action = new RedirectAction(Template.Parse(to, TemplateScope.Request), status, keepQuery),
            ResponseHeaders = [.. edits],
        };
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [route] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();
        HttpResponse response = await client.ExchangeAsync(request);
        return (response, (await proxy.AccessLog.WaitForAsync(_ => true))[0]);
    }
}
