using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Access;

/// <summary>What becomes of paths that servers disagree on.</summary>
public sealed class PathPolicyTests
{
    private static readonly PathPolicyPlan Open = new() { EncodedBackslash = PathVerdict.Allow, EncodedNul = PathVerdict.Allow };

    private static readonly PathPolicyPlan Reporting = new()
    {
        DotSegments = PathVerdict.Report,
        DoubleSlash = PathVerdict.Report,
        EncodedSlash = PathVerdict.Report,
        EncodedBackslash = PathVerdict.Report,
        EncodedNul = PathVerdict.Report,
        Semicolon = PathVerdict.Report,
    };

    public static TheoryData<string, string, string> Paths() => new()
    {
        { "/a/../b", "/b", "dot_segments" },
        { "/a/%2e%2e/b", "/b", "dot_segments" },
        { "/a/./b", "/a/b", "dot_segments" },
        { "/../../etc/passwd", "/etc/passwd", "dot_segments" },
        { "/a//b", "/a//b", "double_slash" },
        { "//a", "//a", "double_slash" },
        { "/a%20b//c", "/a%20b//c", "double_slash" },
        { "/a%2fb", "/a%2Fb", "encoded_slash" },
        { "/a%5cb", "/a%5Cb", "encoded_backslash" },
        { "/a%00b", "/a%00b", "encoded_nul" },
        { "/a;v=1/b", "/a;v=1/b", "semicolon" },
        { "/%41/..;/b", "/A/..;/b", "semicolon" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Strict_AnyOfThem_Gets400WithItsReason(string path, string canonical, string trait)
    {
        Assert.StartsWith("/", canonical, StringComparison.Ordinal);
        await using Story story = Begin(PathPolicyPlan.Strict);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(RequestTo(path));

        // The request is well-formed, so the connection goes on.
        Assert.Equal((400, null), (response.Status, response["Connection"]));
        Assert.Equal("path_" + trait, (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Report_AnyOfThem_GoesOnAndIsLogged(string path, string canonical, string trait)
    {
        await using Story story = Begin(Reporting);
        await ExpectForwardedAsync(story, path, canonical);

        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((trait, null), (line.Text("path_report"), line.Error));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Allow_AnyOfThem_GoesOnWithoutAWord(string path, string canonical, string trait)
    {
        await using Story story = Begin(Open);
        await ExpectForwardedAsync(story, path, canonical);

        Assert.DoesNotContain(trait, (await story.LogLineAsync()).Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfSeveral_NamesThemAll()
    {
        await using Story story = Begin(Reporting);
        await ExpectForwardedAsync(story, "/a//../b%2fc;d", "/a/b%2Fc;d");

        Assert.Equal("dot_segments double_slash encoded_slash semicolon", (await story.LogLineAsync()).Text("path_report"));
    }

    [Theory]
    [InlineData("/a%5cb", "path_encoded_backslash")]
    [InlineData("/a%00b", "path_encoded_nul")]
    [InlineData("/a%5c%00", "path_encoded_nul")]
    public async Task Default_WhatServersMisread_Gets400(string path, string error)
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync(RequestTo(path))).Status);
        Assert.Equal(error, (await story.LogLineAsync()).Error);
    }

    [Theory]
    [InlineData("/nowhere%00", "path_encoded_nul")]
    [InlineData("/nowhere%5c", "path_encoded_backslash")]
    public async Task RequestWithoutARoute_WithWhatServersMisread_Gets400(string path, string error)
    {
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [FixedAt("/known")] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync(RequestTo(path))).Status);
        Assert.Equal(error, (await proxy.AccessLog.WaitForAsync(_ => true))[0].Error);
    }

    [Theory]
    [InlineData("/a%01b")]
    [InlineData("/a%0d%0ab")]
    [InlineData("/a%7fb")]
    [InlineData("/a\\b")]
    public async Task OtherControlCharacters_WhateverTheRouteAllows_Get400(string path)
    {
        await using Story story = Begin(Open);
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync(RequestTo(path))).Status);
        Assert.Equal("bad_request", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Routes_OfOneProxy_DecideEachForThemselves()
    {
        RoutePlan strict = FixedAt("/strict") with { PathPolicy = PathPolicyPlan.Strict };
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [strict, FixedAt("/open")] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync(RequestTo("/x/../strict/a"))).Status);
        Assert.Equal(200, (await client.ExchangeAsync(RequestTo("/x/../open/a"))).Status);
        Assert.Equal(200, (await client.ExchangeAsync(RequestTo("/strict/a"))).Status);
        Assert.Equal(200, (await client.ExchangeAsync(RequestTo("/open//a"))).Status);
        Assert.Equal(400, (await client.ExchangeAsync(RequestTo("/strict//a"))).Status);
    }

    private static RoutePlan FixedAt(string path) =>
        new() { Name = path, Paths = [new PathMatch(path, IsPrefix: true)], Action = new RespondAction(200, [], []) };

    private static string RequestTo(string path) => $"GET {path}?q=1 HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private static Story Begin(PathPolicyPlan policy) => Story.Begin(new ProxySetup { Route = route => route with { PathPolicy = policy } });

    private static async Task ExpectForwardedAsync(Story story, string path, string canonical)
    {
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(RequestTo(path));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ServeAsync();
        Assert.Equal($"GET {canonical}?q=1 HTTP/1.1", request.StartLine);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }
}
