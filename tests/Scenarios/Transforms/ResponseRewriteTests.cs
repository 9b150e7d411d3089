using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Transforms;

/// <summary>URLs and cookies of a server that knows itself by another name than its clients do.</summary>
public sealed class ResponseRewriteTests
{
    private static readonly RewritePlan Prefixes = new() { StripPrefix = "/app", AddPrefix = "/v2" };

    [Theory]
    [InlineData("http://SERVER/v2/login?x=1#top", "http://a.test/app/login?x=1#top")]
    [InlineData("HTTP://SERVER/v2", "http://a.test/app")]
    [InlineData("//SERVER/v2/x", "http://a.test/app/x")]
    [InlineData("http://SERVER/elsewhere", "http://a.test/elsewhere")]
    [InlineData("http://a.test/v2/x", "http://a.test/app/x")]
    [InlineData("/v2/x", "/app/x")]
    [InlineData("/v2?q", "/app?q")]
    [InlineData("/v2x", "/v2x")]
    [InlineData("relative", "relative")]
    [InlineData("https://other.test/v2/x", "https://other.test/v2/x")]
    [InlineData("http://SERVER.evil.test/v2/x", "http://SERVER.evil.test/v2/x")]
    [InlineData("http://x@SERVER/v2/x", "http://x@SERVER/v2/x")]
    [InlineData("mailto:a@b", "mailto:a@b")]
    [InlineData("", "")]
    public async Task Location_OfTheServersOwn_BecomesTheClients(string location, string expected)
    {
        (string sent, string server) = await ExchangeAsync(route => route with { Rewrite = Prefixes, RewriteLocation = [] }, "Location", location);
        Assert.Equal(expected.Replace("SERVER", server, StringComparison.Ordinal), sent);
    }

    [Theory]
    [InlineData("http://backend.internal/x", "http://a.test/x")]
    [InlineData("http://BACKEND.internal", "http://a.test")]
    public async Task Location_WithTheHostThatWasSent_BecomesTheClients(string location, string expected)
    {
        HeaderEdit host = new(HeaderOperation.Set, "host", [Template.Parse("backend.internal", TemplateScope.Server)]);
        (string sent, _) = await ExchangeAsync(route => route with { RequestHeaders = [host], RewriteLocation = [] }, "Location", location);
        Assert.Equal(expected, sent);
    }

    [Theory]
    [InlineData("http://x.test/a/b", "/b")]
    [InlineData("/old", "https://new.test")]
    [InlineData("/old?q", "https://new.test?q")]
    [InlineData("/older", "/older")]
    public async Task Location_WithMappings_FollowsThemFirst(string location, string expected)
    {
        (string sent, _) = await ExchangeAsync(
            route => route with { RewriteLocation = [new("http://x.test/a/", "/"), new("/old", "https://new.test")] }, "Content-Location", location);
        Assert.Equal(expected, sent);
    }

    [Theory]
    [InlineData("/v2//evil.test/x", "/evil.test/x")]
    [InlineData("/v2///evil.test", "/evil.test")]
    [InlineData("/v2/\\evil.test", "/evil.test")]
    [InlineData("/v2/\t/evil.test", "/evil.test")]
    [InlineData("/v2/\\/\t\\/evil.test?q=//", "/evil.test?q=//")]
    [InlineData("/v2/", "/")]
    [InlineData("/v2//", "/")]
    [InlineData("http://SERVER/v2//evil.test", "http://a.test//evil.test")]
    [InlineData("//other.test/v2//x", "//other.test/v2//x")]
    public async Task Location_OfWhichAPrefixIsTakenOff_NamesNoHost(string location, string expected)
    {
        (string sent, string server) = await ExchangeAsync(route => route with { Rewrite = new RewritePlan { AddPrefix = "/v2" }, RewriteLocation = [] }, "Location", location);
        Assert.Equal(expected.Replace("SERVER", server, StringComparison.Ordinal), sent);
    }

    [Theory]
    [InlineData("/a", "/", "/a//evil.test", "/evil.test")]
    [InlineData("/a/", "/", "/a//evil.test", "/evil.test")]
    [InlineData("/a/", "/", "/a/\\evil.test", "/evil.test")]
    [InlineData("/a/", "/", "/a/\t/evil.test", "/evil.test")]
    [InlineData("http://x.test", "/", "http://x.test//evil.test", "/evil.test")]
    [InlineData("/", "/app/", "//other.test/x", "//other.test/x")]
    [InlineData("/", "/app/", "/x//y", "/app/x//y")]
    [InlineData("/a/", "https://new.test", "/a/.evil.test", "https://new.test/.evil.test")]
    [InlineData("/a/", "https://new.test", "/a/@evil.test", "https://new.test/@evil.test")]
    [InlineData("/a/", "https://new.test", "/a/:80@evil.test", "https://new.test/:80@evil.test")]
    [InlineData("/a/", "https://new.test/", "/a//evil.test", "https://new.test//evil.test")]
    [InlineData("/a", "https://new.test", "/a", "https://new.test")]
    public async Task Location_ThatIsMapped_NamesNoOtherHost(string from, string to, string location, string expected)
    {
        (string sent, _) = await ExchangeAsync(route => route with { RewriteLocation = [new(from, to)] }, "Location", location);
        Assert.Equal(expected, sent);
    }

    [Theory]
    [InlineData("5; url=http://SERVER/x", "5; url=http://a.test/x")]
    [InlineData("0;URL='http://SERVER/x'", "0;URL='http://a.test/x'")]
    [InlineData("5", "5")]
    [InlineData("5; ur", "5; ur")]
    [InlineData("5; url='", "5; url='")]
    public async Task Refresh_IsRewrittenWithinItsSyntax(string refresh, string expected)
    {
        (string sent, _) = await ExchangeAsync(route => route with { RewriteLocation = [] }, "Refresh", refresh);
        Assert.Equal(expected, sent);
    }

    [Theory]
    [InlineData("id=1; Domain=.App.internal; Path=/v1/x", "id=1; Domain=example.com; Path=/x")]
    [InlineData("id=1; domain=drop.internal; path=/", "id=1; Path=/app")]
    [InlineData("id=1; Path=/v1/", "id=1; Path=/")]
    [InlineData("id=1; Path=/a/", "id=1; Path=/app/a/")]
    [InlineData("id=1;Path=/v1", "id=1; Path=/")]
    [InlineData("id=1; Path=/v1x; Max-Age=5; Partitioned", "id=1; Path=/app/v1x; Max-Age=5; Partitioned")]
    [InlineData("id=\"a b\"; Domain=other.test; =; ;Path", "id=\"a b\"; Domain=other.test; =; ;Path")]
    [InlineData("no-cookie", "no-cookie")]
    public async Task Cookie_DomainAndPath_AreReplaced(string cookie, string expected)
    {
        var plan = new CookieRewritePlan
        {
            Domains = [new("app.internal", "example.com"), new("drop.internal", "")],
            Paths = [new("/v1", "/"), new("/", "/app")],
        };
        (string sent, _) = await ExchangeAsync(route => route with { RewriteCookies = plan }, "Set-Cookie", cookie);
        Assert.Equal(expected, sent);
    }

    [Theory]
    [InlineData("id=1", "id=1; Secure; SameSite=None")]
    [InlineData("id=1; SECURE; HttpOnly; SameSite=Lax; Path=/", "id=1; Path=/; Secure; SameSite=None")]
    public async Task Cookie_Flags_AreWhatTheRouteSays(string cookie, string expected)
    {
        var plan = new CookieRewritePlan { Secure = true, HttpOnly = false, SameSite = "None" };
        (string sent, _) = await ExchangeAsync(route => route with { RewriteCookies = plan }, "Set-Cookie", cookie);
        Assert.Equal(expected, sent);
    }

    [Fact]
    public async Task Rewriting_TogetherWithHeaderEdits_LeavesTheLastWordToTheEdits()
    {
        HeaderEdit drop = new(HeaderOperation.Remove, "set-cookie", []);
        await using Story story = Story.Begin(new ProxySetup
        {
            Route = route => route with { ResponseHeaders = [drop], RewriteLocation = [], RewriteCookies = new CookieRewritePlan { Secure = true } },
        });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nSet-Cookie: id=1\r\nX-Kept: yes\r\nContent-Length: 0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal("yes", response["X-Kept"]);
        Assert.Null(response["Set-Cookie"]);
    }

    // The value of a response's header as the client sees it, and the authority of the server.
    private static async Task<(string Value, string Server)> ExchangeAsync(Func<RoutePlan, RoutePlan> change, string name, string value)
    {
        await using Story story = Story.Begin(new ProxySetup { Route = change });
        string authority = story.Upstream.Plan.Address.ToString()["http://".Length..];
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        string sent = value.Replace("SERVER", authority, StringComparison.Ordinal);
        await server.SendAsync($"HTTP/1.1 302 Found\r\n{name}: {sent}\r\nContent-Length: 0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();
        return (response[name] ?? "", authority);
    }
}
