using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Transforms;

/// <summary>Headers that a route changes on the way to a server and back.</summary>
public sealed class HeaderEditTests
{
    [Fact]
    public async Task RequestHeaders_OfARoute_ReachTheServer()
    {
        HttpRequest request = await ForwardAsync(
            "GET /a/b?q=1 HTTP/1.1\r\nHost: a.test\r\nX-Old: old\r\nX-Kept: kept\r\nx-internal-a: 1\r\nX-Internal-B: 2\r\nCookie: sid=s1\r\nAccept: */*\r\n\r\n",
            Set("x-old", "new"), Set("X-All", "{client.ip} {path} {query.q} {cookie.sid} {method} {route} {upstream}"), Add("X-Kept", "{header.x-old}", "third"),
            Default("accept", "text/html"), Default("Accept-Language", "en"), Remove("cookie"), new(HeaderOperation.RemovePrefix, "x-internal-", []));

        Assert.Equal("new", request["X-Old"]);
        Assert.Equal("127.0.0.1 /a/b 1 s1 GET everything origin", request["X-All"]);
        Assert.Equal(["kept", "old", "third"], request.All("X-Kept"));
        Assert.Equal(("*/*", "en"), (request["Accept"], request["Accept-Language"]));
        Assert.False(request.Has("Cookie") || request.Has("x-internal-a") || request.Has("x-internal-b"));
    }

    [Fact]
    public async Task Host_Set_IsTheOnlyHostThatTheServerSees()
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { RequestHeaders = [Set("Host", "{server.host}")] } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Get);
        HttpRequest request = await (await story.AcceptAsync()).ServeAsync();

        Assert.Equal(story.Upstream.Plan.Address.ToString()["http://".Length..], request["Host"]);
        Assert.Equal("a.test", request["X-Forwarded-Host"]);
    }

    [Fact]
    public async Task Host_SetToNothing_StaysAsItCame() =>
        Assert.Equal("a.test", (await ForwardAsync(Story.Get, Set("host", "{header.none}")))["Host"]);

    [Fact]
    public async Task ForwardedHeaders_ThatTheOperatorSets_GoBeforeWhatTheProxyWrites()
    {
        HttpRequest request = await ForwardAsync(
            "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n",
            Set("X-Forwarded-For", "{client.ip}"), Set("x-forwarded-proto", "https"), Remove("x-real-ip"));

        Assert.Equal(("127.0.0.1", "https", "a.test"), (request["X-Forwarded-For"], request["X-Forwarded-Proto"], request["X-Forwarded-Host"]));
        Assert.False(request.Has("X-Real-IP"));
    }

    [Fact]
    public async Task Header_WhoseValueTurnsOutEmpty_IsNotSent()
    {
        HttpRequest request = await ForwardAsync("GET / HTTP/1.1\r\nHost: a.test\r\nX-A: client\r\n\r\n", Set("x-a", "{query.none}"));

        Assert.False(request.Has("X-A"));
    }

    [Fact]
    public async Task ResponseHeaders_OfARoute_ReachTheClient()
    {
        await using Story story = Story.Begin(new ProxySetup
        {
            Route = route => route with
            {
                ResponseHeaders = [Set("X-Info", "{status} {reason} {server}"), Remove("server"), Default("cache-control", "no-store"), Add("vary", "x-a")],
            },
        });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 203 Fine\r\nServer: secret\r\nVary: accept\r\nContent-Length: 2\r\n\r\nok");

        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal($"203 Non-Authoritative Information {story.Upstream.Plan.Address}", response["X-Info"]);
        Assert.Equal(("no-store", "ok"), (response["Cache-Control"], response.Text));
        Assert.Equal(["accept", "x-a"], response.All("Vary"));
        Assert.False(response.Has("Server"));
    }

    [Fact]
    public async Task ResponseHeaders_OfFixedResponsesAndErrors_AreChangedToo()
    {
        PlanList<HeaderEdit> edits = [Set("X-Status", "{status}"), Remove("content-type"), new(HeaderOperation.RemovePrefix, "c", [])];
        var hello = new RoutePlan
        {
            Name = "hello", Paths = [new PathMatch("/hello", IsPrefix: false)], Action = new RespondAction(200, [new("cache-control", "x")], [.. Bytes.Of("hi")]), ResponseHeaders = edits,
        };
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Routes = [hello], Route = route => route with { ResponseHeaders = edits } }, new Transcript(), dead.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse fixedResponse = await client.ExchangeAsync("GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpResponse error = await client.ExchangeAsync(Story.Get);

        Assert.Equal((200, "200", "hi", "2"), (fixedResponse.Status, fixedResponse["X-Status"], fixedResponse.Text, fixedResponse["Content-Length"]));
        Assert.False(fixedResponse.Has("Cache-Control") || error.Has("Content-Type"));
        Assert.Equal((502, "502"), (error.Status, error["X-Status"]));
    }

    [Fact]
    public async Task Response_ToASwitchOfProtocols_IsChangedToo()
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { ResponseHeaders = [Set("X-Set", "{status}")] } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await server.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");

        Assert.Equal("101", (await client.ReadHeadAsync())["X-Set"]);
    }

    [Fact]
    public async Task HttpsOnlyHeader_IsSentToClientsThatATrustedProxySaysCameByHttps()
    {
        HeaderEdit hsts = Default("strict-transport-security", "max-age=1") with { HttpsOnly = true };
        var all = new RoutePlan { Name = "all", Action = new RespondAction(200, [], []), ResponseHeaders = [hsts] };
        Assert.True(IpRange.TryParse("127.0.0.0/8", out IpRange loopback));
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Routes = [all], Forwarded = new ForwardedPlan { TrustedProxies = [loopback] } }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.False((await client.ExchangeAsync(Story.Get)).Has("Strict-Transport-Security"));
        HttpResponse secure = await client.ExchangeAsync("GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-Proto: https\r\n\r\n");
        Assert.Equal("max-age=1", secure["Strict-Transport-Security"]);
    }

    [Fact]
    public async Task RequestHead_ThatGrowsBeyondEveryBuffer_Is431()
    {
        PlanList<HeaderEdit> edits = [Set("x-1", "{header.x}"), Set("x-2", "{header.x}"), Set("x-3", "{header.x}"), Set("x-4", "{header.x}"), Set("x-5", "{header.x}")];
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { RequestHeaders = edits } });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync($"GET / HTTP/1.1\r\nHost: a.test\r\nX: {new string('x', 30_000)}\r\n\r\n");

        Assert.Equal(431, response.Status);
        Assert.Equal("request_head_too_large", (await story.LogLineAsync()).Error);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/fixed")]
    public async Task ResponseHead_ThatGrowsBeyondEveryBuffer_Is502WithoutTheChanges(string path)
    {
        PlanList<HeaderEdit> edits = [Add("x-n", [.. Enumerable.Repeat("{header.x}", 5)])];
        var fixedRoute = new RoutePlan { Name = "fixed", Paths = [new PathMatch("/fixed", IsPrefix: false)], Action = new RespondAction(200, [], []), ResponseHeaders = edits };
        await using Story story = Story.Begin(new ProxySetup { Routes = [fixedRoute], Route = route => route with { ResponseHeaders = edits } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a.test\r\nX: {new string('x', 30_000)}\r\n\r\n");
        if (path == "/")
        {
            await (await story.AcceptAsync()).ServeAsync();
        }

        HttpResponse response = await client.ReadResponseAsync();

        // What the client sent made it too large.
        Assert.Equal((431, false), (response.Status, response.Has("x-n")));
        Assert.Equal("request_head_too_large", (await story.LogLineAsync()).Error);
        Assert.Equal(200, (await client.ExchangeAsync("GET /fixed HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
    }

    /// <summary>Every byte that a client can get through the parser, in every place it chooses, on its way into a header.</summary>
    [Fact]
    public async Task HostileValues_InEveryVariable_StayWithinTheirHeader()
    {
        await using Story story = Story.Begin(new ProxySetup
        {
            Route = route => route with
            {
                RequestHeaders = [Set("X-Sum", "{header.x}|{cookie.c}|{query.q}|{path}|{host}|{method}")],
                ResponseHeaders = [Set("X-Sum", "{header.x}|{cookie.c}|{query.q}|{path}")],
            },
        });
        string high = string.Concat(Enumerable.Range(0x80, 0x80).Select(value => (char)value)) + "\t!\"<>\\";
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync($"G!T /%20a/%e4?q=%0d%0aX-Evil:1\"<>\\ HTTP/1.1\r\nHost: a.test\r\nX: {high}\r\nCookie: c={high}\r\n\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();
        await server.RespondAsync();
        HttpResponse response = await client.ReadResponseAsync();

        Assert.All([request["X-Sum"]!, response["X-Sum"]!], value => Assert.DoesNotContain(value, letter => letter is (< ' ' and not '\t') or > '~'));
        Assert.False(request.Has("X-Evil") || response.Has("X-Evil"));
    }

    private static HeaderEdit Set(string name, string value) => Edit(HeaderOperation.Set, name, value);

    private static HeaderEdit Add(string name, params string[] values) => Edit(HeaderOperation.Add, name, values);

    private static HeaderEdit Default(string name, string value) => Edit(HeaderOperation.Default, name, value);

    private static HeaderEdit Remove(string name) => Edit(HeaderOperation.Remove, name);

    private static HeaderEdit Edit(HeaderOperation operation, string name, params string[] values) =>
        new(operation, name, [.. values.Select(value => Template.Parse(value, TemplateScope.Response))]);

    private static async Task<HttpRequest> ForwardAsync(string request, params HeaderEdit[] edits)
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { RequestHeaders = [.. edits] } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(request);
        HttpRequest received = await (await story.AcceptAsync()).ServeAsync();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        return received;
    }
}
