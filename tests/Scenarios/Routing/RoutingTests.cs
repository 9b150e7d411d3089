using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Routing;

/// <summary>Routes to upstreams and to fixed responses.</summary>
public sealed class RoutingTests
{
    private static readonly RoutePlan Hello = new()
    {
        Name = "hello",
        Paths = [new PathMatch("/hello", IsPrefix: false)],
        Action = new RespondAction(203, [new("X-From", "sluice")], [.. Bytes.Of("hello")]),
    };

    [Fact]
    public async Task RespondRoute_Get_AnswersWithoutAnUpstream()
    {
        await using Story story = Story.Begin(new ProxySetup { Routes = [Hello] });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync("GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal((203, "hello", "sluice", "5"), (response.Status, response.Text, response["X-From"], response["Content-Length"]));
        Assert.True(response.Has("Date"));
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task RespondRoute_Head_HasTheLengthAndNoContent()
    {
        await using Story story = Story.Begin(new ProxySetup { Routes = [Hello] });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync("HEAD /hello HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpResponse next = await client.ExchangeAsync("GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal((203, "5"), (response.Status, response["Content-Length"]));
        Assert.Equal("hello", next.Text);
    }

    [Fact]
    public async Task RespondRoute_With204_HasNoLength()
    {
        var empty = new RoutePlan { Name = "empty", Action = new RespondAction(204, [], []) };
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [empty] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Get);

        Assert.Equal(204, response.Status);
        Assert.False(response.Has("Content-Length"));
        Assert.Equal(204, (await client.ExchangeAsync(Story.Get)).Status);
    }

    [Fact]
    public async Task RespondRoute_ToAnHttp10Client_ClosesAfterwards()
    {
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [Hello] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("hello", (await client.ExchangeAsync("GET /hello HTTP/1.0\r\n\r\n")).Text);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task NoRoute_Gives404_AndTheConnectionServesOn()
    {
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [Hello] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync("GET /other HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpResponse next = await client.ExchangeAsync("GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal((404, 203), (response.Status, next.Status));
        Assert.Equal("no_route", (await proxy.AccessLog.WaitForAsync(entry => entry.Path == "/other"))[0].Error);
    }

    [Theory]
    [InlineData("/api", "api")]
    [InlineData("/api/x", "api")]
    [InlineData("/apix", "rest")]
    [InlineData("/x/../api/y", "api")]
    [InlineData("/%61pi", "api")]
    [InlineData("/API", "rest")]
    public async Task PathPrefix_TakesWholeSegmentsOfTheCanonicalPath(string path, string expected)
    {
        RoutePlan[] routes =
        [
            new() { Name = "api", Paths = [new PathMatch("/api", IsPrefix: true)], Action = Text("api") },
            new() { Name = "rest", Action = Text("rest") },
        ];
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = routes }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(expected, (await client.ExchangeAsync($"GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n")).Text);
    }

    [Theory]
    [InlineData("shop.test", "exact")]
    [InlineData("SHOP.test.", "exact")]
    [InlineData("shop.test:8080", "exact")]
    [InlineData("a.b.shop.test", "wild")]
    [InlineData("ashop.test", "rest")]
    public async Task Hosts_AreComparedInTheirCanonicalForm(string host, string expected)
    {
        RoutePlan[] routes =
        [
            new() { Name = "exact", Hosts = [new HostMatch("shop.test", IsWildcard: false)], Action = Text("exact") },
            new() { Name = "wild", Hosts = [new HostMatch("shop.test", IsWildcard: true)], Action = Text("wild") },
            new() { Name = "rest", Action = Text("rest") },
        ];
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = routes }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(expected, (await client.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).Text);
    }

    [Fact]
    public async Task AccessLog_OfAForwardedRequest_TellsItsWay()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("POST /a/../b?secret=1 HTTP/1.1\r\nHost: A.test\r\nContent-Length: 5\r\n\r\nhello");
        await (await story.AcceptAsync()).ServeAsync("answer");
        await client.ReadResponseAsync();

        AccessLogEntry line = await story.LogLineAsync();

        Assert.Equal(("POST", "a.test", "/b", "everything"), (line.Text("method"), line.Text("host"), line.Path, line.Text("route")));
        Assert.Equal((ProxySetup.UpstreamName, story.Upstream.Plan.Address.ToString()), (line.Text("upstream"), line.Text("server")));
        Assert.Equal((200, 1d, null), (line.Status, line.Number("attempts"), line.Error));
        Assert.True(line.Number("bytes_in") > 5 && line.Number("bytes_out") > 6 && line.Number("duration_ms") >= 0);
        Assert.True(DateTime.TryParse(line.Text("time"), null, System.Globalization.DateTimeStyles.RoundtripKind, out _));
        Assert.DoesNotContain("secret", line.Line, StringComparison.Ordinal);
    }

    private static RespondAction Text(string text) => new(200, [], [.. Bytes.Of(text)]);
}
