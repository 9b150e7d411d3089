using System.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Transforms;

/// <summary>The target that a server gets instead of the one that came.</summary>
public sealed class RewriteTests
{
    private static readonly RewritePlan Strip = new() { StripPrefix = "/api" };

    [Theory]
    [InlineData("/api/items?x=1", "/items?x=1")]
    [InlineData("/api", "/")]
    [InlineData("/api?", "/?")]
    [InlineData("/apix", "/apix")]
    [InlineData("/other/api", "/other/api")]
    [InlineData("/api//evil.test/x", "/evil.test/x")]
    [InlineData("/api/%2e%2e/b", "/b")]
    [InlineData("/api/a%2Fb%20c", "/a%2Fb%20c")]
    public Task StripPrefix_OfWholeSegments_LeavesTheRest(string target, string expected) => ExpectAsync(Strip, target, expected);

    [Theory]
    [InlineData("/items", "/v2/items")]
    [InlineData("/", "/v2/")]
    public Task AddPrefix_PutsItBefore(string target, string expected) => ExpectAsync(new RewritePlan { AddPrefix = "/v2" }, target, expected);

    [Fact]
    public Task Prefixes_TogetherWithAnExpression_ComeInTheirOrder() =>
        ExpectAsync(
            new RewritePlan { StripPrefix = "/api", Regexes = [new("^/user/([0-9]+)$", "/u/$1"), new("u/(?<n>.)", "${n}/u/")], AddPrefix = "/v2" },
            "/api/user/42?q", "/v2/4/u/2?q");

    [Theory]
    [InlineData("a", "b", "/aaa", "/baa")]
    [InlineData("a*c|a", "b", "/aaa", "/baa")]
    public Task Expression_ThatMatchesOften_ReplacesTheFirst(string pattern, string with, string target, string expected) =>
        ExpectAsync(new RewritePlan { Regexes = [new(pattern, with)], AddPrefix = "/p" }, target, "/p" + expected);

    [Fact]
    public async Task Expression_WithAMatchAtEveryLetterOfALongPath_DoesNotHoldTheLoop()
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = new RewritePlan { Regexes = [new("a*b|a", "x")] } } });
        ScriptedClient client = await story.ConnectAsync();
        string path = new('a', 8_000);
        ScriptedServerConnection? server = null;

        // The best of many: on a busy machine any one may be seen late. To replace every match took 0.2 to 0.35 s for each.
        TimeSpan enough = TimeSpan.FromMilliseconds(100);
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 50 && best > enough; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await client.SendAsync($"GET /{path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
            server ??= await story.AcceptAsync();
            await server.ReadHeadAsync();
            await server.RespondAsync("ok");
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        Assert.InRange(best, TimeSpan.Zero, enough);
    }

    [Theory]
    [InlineData("/fixed/{path.2}", "/a/b?q=1", "/fixed/b?q=1")]
    [InlineData("/fixed?p={path}&{query}", "/a/b?q=1", "/fixed?p=%2Fa%2Fb&q=1")]
    [InlineData("{uri}", "/a/b?q=1", "/a/b?q=1")]
    [InlineData("/h/{header.x}", "/", "/h/a%2Fb%3F%23%25")]
    public Task Replace_WithATemplate_IsTheNewTarget(string template, string target, string expected) =>
        ExpectAsync(new RewritePlan { Replace = Template.Parse(template, TemplateScope.Request) }, target, expected, "X: a/b?#%\r\n");

    [Theory]
    [InlineData("/?a=1&b=2&a=3&%61=4&ab=5", "/?b=2&ab=5&a=n%26w&c=")]
    [InlineData("/", "/?a=n%26w&c=")]
    public Task Query_IsChangedValueByValue(string target, string expected) =>
        ExpectAsync(
            new RewritePlan { Query = [new("a", true, [Template.Parse("{header.x}", TemplateScope.Request)]), new("c", false, [Template.Parse("{query.none}", TemplateScope.Request)])] },
            target, expected, "X: n&w\r\n");

    [Fact]
    public Task Query_OfWhichNothingIsLeft_HasNoQuestionMark() =>
        ExpectAsync(new RewritePlan { Query = [new("a", true, [])] }, "/x?a=1&a", "/x");

    [Fact]
    public async Task Rewrite_IsForTheServer_RoutingAndLogKeepWhatCame()
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = Strip, Paths = [new PathMatch("/api", IsPrefix: true)] } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("GET /api/x HTTP/1.1\r\nHost: a.test\r\n\r\nGET /api2/y HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await (await story.AcceptAsync()).ServeAsync();

        Assert.Equal((200, 404), ((await client.ReadResponseAsync()).Status, (await client.ReadResponseAsync()).Status));
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal(("/api/x", "/x"), (line.Path, line.Text("upstream_path")));
        Assert.Null((await story.LogLineAsync(entry => entry.Status == 404)).Text("upstream_path"));
    }

    [Theory]
    [InlineData("/in/{query.f}", "..")]
    [InlineData("/in/{query.f}/x", "%2e%2E")]
    [InlineData("/in/{query.f}/x", ".")]
    [InlineData("/in/{query.f}", "%2E.")]
    [InlineData("/in/{query.f}", "a%0d%0ab")]
    [InlineData("/in/{query.f}", "..%2f..%2Fetc")]
    [InlineData("/in/{query.f}", "a%2F%2e%2e")]
    [InlineData("/in/{query.f}", "a%5c..%5Cb")]
    [InlineData("/in/x{query.f}", "%2F.")]
    public async Task Rewrite_ThatAValueWouldLeadAstray_FailsWithItsName(string template, string value)
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = new RewritePlan { Replace = Template.Parse(template, TemplateScope.Request) } } });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync($"GET /?f={value} HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal(400, response.Status);
        Assert.Equal("rewrite_refused", (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Theory]
    [InlineData("a%00b", "path_encoded_nul")]
    [InlineData("a%5Cb", "path_encoded_backslash")]
    [InlineData("a%2Fb", "path_encoded_slash")]
    [InlineData("", "path_double_slash")]
    [InlineData(null, "path_semicolon")]
    public async Task Rewrite_ThatMakesAPathTheRouteRefuses_IsRefused(string? value, string error)
    {
        var rewrite = new RewritePlan { Replace = Template.Parse(value is null ? "/in/a;b" : "/in/{query.f}/x", TemplateScope.Request) };
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = rewrite, PathPolicy = PathPolicyPlan.Strict } });
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync($"GET /?f={value} HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal(error, (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task Rewrite_WithWhatTheUsualPolicyRefuses_IsRefused()
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = new RewritePlan { Replace = Template.Parse("/in/{header.x}", TemplateScope.Request) } } });
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync("GET / HTTP/1.1\r\nHost: a.test\r\nX: a\\b\r\n\r\n")).Status);
        Assert.Equal("path_encoded_backslash", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Rewrite_OfAPathThatTheRouteAllows_KeepsItAndReports()
    {
        PathPolicyPlan policy = PathPolicyPlan.Default with { EncodedNul = PathVerdict.Allow, Semicolon = PathVerdict.Report };
        await using Story story = Story.Begin(new ProxySetup
        {
            Route = route => route with { Rewrite = new RewritePlan { StripPrefix = "/api", AddPrefix = "/a;b" }, PathPolicy = policy },
        });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("GET /api/a%00b HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal("/a;b/a%00b", (await (await story.AcceptAsync()).ServeAsync()).Target);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.Contains("semicolon", (await story.LogLineAsync()).Json.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^/", "")]
    [InlineData(".*", "")]
    [InlineData("x", "/../../")]
    [InlineData("x", "%0")]
    [InlineData("x", "a b")]
    public async Task Expression_WhoseResultIsNoPath_FailsWithItsName(string pattern, string with)
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = new RewritePlan { Regexes = [new(pattern, with)] } } });
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(500, (await client.ExchangeAsync("GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal("rewrite_invalid", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Rewrite_ThatGrowsBeyondARequestLine_Fails()
    {
        PlanList<RegexRewrite> regexes = [new("a+", string.Concat(Enumerable.Repeat("$0", 20)))];
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = new RewritePlan { Regexes = regexes } } });
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync($"GET /{new string('a', 1_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
    }

    [Fact]
    public Task Path_OfAThousandBytes_IsRewrittenWhole() =>
        ExpectAsync(
            new RewritePlan { StripPrefix = "/api", Regexes = [new("^/a", "/b")] }, "/api/a" + new string('x', 5_000), "/b" + new string('x', 5_000));

    [Fact]
    public async Task Asterisk_IsLeftAsItIs()
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = new RewritePlan { AddPrefix = "/v2" } } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal("*", (await (await story.AcceptAsync()).ServeAsync()).Target);
    }

    private static async Task ExpectAsync(RewritePlan rewrite, string target, string expected, string fields = "")
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Rewrite = rewrite } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
        HttpRequest request = await (await story.AcceptAsync()).ServeAsync();

        Assert.Equal(expected, request.Target);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }
}
