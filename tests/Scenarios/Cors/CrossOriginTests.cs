using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Cors;

/// <summary>Requests of other origins, and what servers say of them themselves.</summary>
public sealed class CrossOriginTests
{
    private static readonly CorsPlan Plan = new()
    {
        Origins = [new CorsOrigin("https://app.test", CorsOriginKind.Exact)],
        Methods = ["GET"],
        Expose = ["X-Total"],
        Credentials = true,
    };

    [Fact]
    public async Task Response_ToAnAllowedOrigin_SaysWhatTheRouteSays()
    {
        HttpResponse response = await GetAsync(Plan, "https://app.test", "access-control-allow-origin: *\r\nX-A: 1\r\nAccess-Control-Max-Age: 9\r\n");

        Assert.Equal("https://app.test", response["Access-Control-Allow-Origin"]);
        Assert.Equal(("true", "X-Total"), (response["Access-Control-Allow-Credentials"], response["Access-Control-Expose-Headers"]));
        Assert.Equal(("Origin", "1", null), (response["Vary"], response["X-A"], response["Access-Control-Max-Age"]));
    }

    [Theory]
    [InlineData("https://evil.test")]
    [InlineData(null)]
    public async Task Response_ToAnotherOrigin_HasNoPermissionLeft(string? origin)
    {
        HttpResponse response = await GetAsync(Plan, origin, "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\n");

        Assert.Equal(("ok", "Origin"), (response.Text, response["Vary"]));
        Assert.DoesNotContain(response.Fields, field => field.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Vary: Accept-Encoding\r\n", "Accept-Encoding, Origin")]
    [InlineData("Vary: Accept-Encoding\r\nvary: Accept\r\n", "Accept-Encoding, Accept, Origin")]
    [InlineData("Vary: accept, origin\r\n", "accept, origin")]
    [InlineData("Vary: ORIGIN\r\nVary: Accept\r\n", "ORIGIN, Accept")]
    [InlineData("Vary: *\r\n", "*")]
    [InlineData("Vary:\r\n", "Origin")]
    [InlineData("Vary: X-Origin\r\n", "X-Origin, Origin")]
    public async Task Vary_OfTheServer_GetsTheOriginOnce(string fields, string expected) =>
        Assert.Equal(expected, (await GetAsync(Plan, "https://app.test", fields))["Vary"]);

    [Theory]
    [InlineData("https://app.test")]
    [InlineData(null)]
    public async Task Response_ForEveryone_IsTheSameForEveryone(string? origin)
    {
        HttpResponse response = await GetAsync(new CorsPlan { AnyOrigin = true, Methods = ["GET"] }, origin, "Vary: Accept\r\n");

        Assert.Equal(("*", "Accept", null), (response["Access-Control-Allow-Origin"], response["Vary"], response["Access-Control-Allow-Credentials"]));
    }

    [Theory]
    [InlineData("https://a.example.test", true)]
    [InlineData("https://a.b.example.test", true)]
    [InlineData("https://example.test", false)]
    [InlineData("https://evilexample.test", false)]
    [InlineData("https://.example.test", false)]
    [InlineData("https://a..example.test", false)]
    [InlineData("https://evil.test/.example.test", false)]
    [InlineData("https://evil.test#.example.test", false)]
    [InlineData("https://evil.test:1@.example.test", false)]
    [InlineData("https://a.example.test:8443", false)]
    [InlineData("http://a.example.test", false)]
    [InlineData("http://localhost", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://localhost:", false)]
    [InlineData("http://localhost:evil", false)]
    [InlineData("http://localhost.evil.test:3000", false)]
    [InlineData("https://team-7.apps.test", true)]
    [InlineData("https://team-7.apps.test.evil.test", false)]
    [InlineData("null", false)]
    public async Task Patterns_OfOrigins_MatchWhatTheySay(string origin, bool isAllowed)
    {
        CorsPlan plan = Plan with
        {
            Origins =
            [
                new CorsOrigin("https://*.example.test", CorsOriginKind.Wildcard),
                new CorsOrigin("http://localhost:*", CorsOriginKind.Wildcard),
                new CorsOrigin("https://team-[0-9]+\\.apps\\.test", CorsOriginKind.Regex),
                new CorsOrigin("n.*", CorsOriginKind.Regex),
            ],
        };

        Assert.Equal(isAllowed ? origin : null, (await GetAsync(plan, origin, ""))["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task NullOrigin_ThatWasNamed_IsAllowed()
    {
        CorsPlan plan = Plan with { Origins = [new CorsOrigin("null", CorsOriginKind.Exact)] };

        Assert.Equal("null", (await GetAsync(plan, "null", ""))["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task Origin_OfAbsurdLength_IsNotAllowed()
    {
        CorsPlan plan = Plan with { Origins = [new CorsOrigin("https://.*", CorsOriginKind.Regex)] };
        string origin = $"https://{new string('a', 8_000)}.test";

        Assert.Null((await GetAsync(plan, origin, ""))["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task Errors_OfTheProxy_CanBeReadByScripts()
    {
        var setup = new ProxySetup { Route = route => route with { Cors = Plan } };
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), dead.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync("GET / HTTP/1.1\r\nHost: a.test\r\nOrigin: https://app.test\r\n\r\n");

        Assert.Equal((502, "https://app.test", "Origin"), (response.Status, response["Access-Control-Allow-Origin"], response["Vary"]));
    }

    [Fact]
    public async Task FixedResponse_WithHeadersOfItsOwn_SaysWhatTheRouteSays()
    {
        var route = new RoutePlan { Name = "fixed", Cors = Plan, Action = new RespondAction(200, [new("Access-Control-Allow-Origin", "*"), new("X-A", "1")], []) };
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [route] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync("GET / HTTP/1.1\r\nHost: a.test\r\nOrigin: https://app.test\r\n\r\n");

        Assert.Equal(("https://app.test", "1"), (response["Access-Control-Allow-Origin"], response["X-A"]));
    }

    [Fact]
    public async Task Vary_SetByTheRoute_GoesBeforeTheServers()
    {
        Template value = Template.Parse("Accept", TemplateScope.Response);
        await using Story story = Story.Begin(new ProxySetup
        {
            Route = route => route with { Cors = Plan, ResponseHeaders = [new HeaderEdit(HeaderOperation.Set, "Vary", [value])] },
        });

        HttpResponse response = await GetAsync(story, "https://app.test", "Vary: Cookie\r\n");

        Assert.Equal(["Accept", "Origin"], response.All("Vary"));
    }

    private static async Task<HttpResponse> GetAsync(CorsPlan cors, string? origin, string fields)
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Cors = cors } });
        return await GetAsync(story, origin, fields);
    }

    private static async Task<HttpResponse> GetAsync(Story story, string? origin, string fields)
    {
        string originLine = origin is null ? "" : $"Origin: {origin}\r\n";
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync($"GET / HTTP/1.1\r\nHost: a.test\r\n{originLine}\r\n");
        await server.SendAsync($"HTTP/1.1 200 OK\r\n{fields}Content-Length: 2\r\n\r\nok");
        return await client.ReadResponseAsync();
    }
}
