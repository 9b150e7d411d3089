using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Caching;

/// <summary>What a response varies by, what its key says and what its server saw are the same, also for headers that servers don't get otherwise.</summary>
public sealed class VaryTests
{
    private const string Fresh = "Cache-Control: max-age=600\r\n";

    [Fact]
    public async Task HeaderThatResponsesVaryBy_GetsToServers_AndTellsThemApart()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(
            request => CacheStage.Response(Fresh + "Vary: HX-Request\r\n", request["HX-Request"] is { } value ? $"part {value}" : "whole"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        // The first is asked for twice: nobody could know before.
        Assert.Equal("part true", await GetAsync(client, "HX-Request: true\r\n"));
        Assert.Equal(2, server.RequestCount);
        Assert.Equal("part true", await GetAsync(client, "hx-request: true\r\n"));
        Assert.Equal("whole", await GetAsync(client));
        Assert.Equal("part other", await GetAsync(client, "HX-Request: other\r\n"));
        Assert.Equal(4, server.RequestCount);
        Assert.Equal(("whole", "part other", "part true"), (await GetAsync(client), await GetAsync(client, "HX-Request: other\r\n"), await GetAsync(client, "HX-Request: true\r\n")));
        Assert.Equal(4, server.RequestCount);
    }

    [Fact]
    public async Task ResponseThatDeniesItsVary_IsGivenToNobodyElse()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(request =>
            request["X-Mode"] == "evil" ? CacheStage.Response(Fresh, "evil") : CacheStage.Response(Fresh + "Vary: X-Mode\r\n", $"good {request["X-Mode"]}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("good ", await GetAsync(client));
        Assert.Equal("evil", await GetAsync(client, "X-Mode: evil\r\n"));
        Assert.Equal("good ", await GetAsync(client));
        Assert.Equal("good 1", await GetAsync(client, "X-Mode: 1\r\n"));
        Assert.Equal(3, server.RequestCount);
    }

    [Fact]
    public async Task ResponseThatVariesByLess_KeepsWhatItsServerGot()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(request => CacheStage.Response(
            Fresh + (request["X-Mode"] == "evil" ? "Vary: Accept-Language\r\n" : "Vary: X-Mode\r\n"), $"{request["X-Mode"]} {request["Accept-Language"]}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("1 ", await GetAsync(client, "X-Mode: 1\r\n"));
        Assert.Equal("evil de", await GetAsync(client, "X-Mode: evil\r\nAccept-Language: de\r\n"));
        Assert.Equal(" de", await GetAsync(client, "Accept-Language: de\r\n"));
    }

    [Fact]
    public async Task ResponseThatIsNotStored_IsTheRightOne_Too()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(
            request => CacheStage.Response("Cache-Control: private\r\nVary: X-Mode\r\n", $"mode {request["X-Mode"]}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("mode 1", await GetAsync(client, "X-Mode: 1\r\n"));
        Assert.Equal("mode 2", await GetAsync(client, "X-Mode: 2\r\n"));
        Assert.Equal("mode ", await GetAsync(client));
        Assert.Equal(4, server.RequestCount);
    }

    [Fact]
    public async Task RequestThatIsNotAnsweredFromTheCache_GetsTheRightOne_Too()
    {
        var plan = new CachePlan { Bypass = new HeaderCondition("X-Fresh", new ValueTest(ValueTestKind.Present, [])) };
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(request => CacheStage.Response(Fresh + "Vary: X-Mode\r\n", $"mode {request["X-Mode"]}"), plan);
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("mode 1", await GetAsync(client, "X-Mode: 1\r\nX-Fresh: 1\r\n"));
        Assert.Equal("mode 1", await GetAsync(client, "X-Mode: 1\r\nX-Fresh: 1\r\n"));
        Assert.Equal(3, server.RequestCount);
        Assert.Equal("mode 1", await GetAsync(client, "X-Mode: 1\r\n"));
        Assert.Equal(3, server.RequestCount);
    }

    [Theory]
    [InlineData("X-Forwarded-For", false)]
    [InlineData("X-Real-IP", false)]
    [InlineData("Forwarded", false)]
    [InlineData("Client-Cert", false)]
    [InlineData("X-Client", false)]
    [InlineData("X-Forwarded-Host", true)]
    [InlineData("X-Forwarded-Proto", true)]
    [InlineData("X-Fixed", true)]
    [InlineData("Range", true)]
    public async Task HeaderThatIsWrittenOnTheWay_CountsAsTheServerSeesIt(string name, bool isStored)
    {
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response($"{Fresh}Vary: {name}\r\n"))]);
        PlanList<HeaderEdit> edits =
        [
            new(HeaderOperation.Set, "X-Client", [Template.Parse("{client.ip}", TemplateScope.Request)]),
            new(HeaderOperation.Set, "X-Fixed", [Template.Parse("1", TemplateScope.Request)]),
        ];
        ProxySetup setup = new() { Route = route => route with { Cache = new CachePlan(), RequestHeaders = edits } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await GetAsync(client);
        await GetAsync(client);

        Assert.Equal(isStored ? 1 : 2, server.RequestCount);
    }

    [Theory]
    [InlineData("X-Tenant")]
    [InlineData("X-Mode")]
    public async Task HeaderThatConnectionNames_PutsNothingUnderItsValue(string name)
    {
        var plan = new CachePlan { KeyHeaders = ["x-tenant"] };
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(request => CacheStage.Response(Fresh + "Vary: X-Mode\r\n", $"for {request[name]}"), plan);
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("for ", await GetAsync(client, $"Connection: {name}\r\n{name}: one\r\n"));
        Assert.Equal("for one", await GetAsync(client, $"{name}: one\r\n"));
    }

    [Fact]
    public async Task NotModified_ThatVariesByMore_IsUsedOnce()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\nAge: 60\r\nETag: \"a\"\r\n"));
        await client.ReadResponseAsync();
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nCache-Control: max-age=600\r\nVary: Accept-Language\r\n\r\n");
        Assert.Equal("hello", (await client.ReadResponseAsync()).Text);
        await client.SendAsync(CacheStage.Get("/", "Accept-Language: de\r\n"));
        Assert.False((await server.ReadHeadAsync()).Has("If-None-Match"));
        await server.SendAsync(CacheStage.Response(Fresh, "hallo"));

        Assert.Equal("hallo", (await client.ReadResponseAsync()).Text);
    }

    private static async Task<string> GetAsync(ScriptedClient client, string fields = "") => (await client.ExchangeAsync(CacheStage.Get("/", fields))).Text;
}
