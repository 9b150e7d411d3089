using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Cors;

/// <summary>Preflights are answered by the proxy.</summary>
public sealed class PreflightTests
{
    private const string Vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

    private static readonly CorsPlan Plan = new()
    {
        Origins = [new CorsOrigin("https://app.test", CorsOriginKind.Exact)],
        Methods = ["GET", "PUT"],
        MaxAgeSeconds = 600,
        Credentials = true,
    };

    [Fact]
    public async Task Preflight_OfAnAllowedOrigin_IsAnsweredWithoutAServer()
    {
        await using Story story = Begin(Plan);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Preflight("https://app.test", "Access-Control-Request-Headers: x-a, content-type\r\n"));

        Assert.Equal(204, response.Status);
        Assert.Equal("https://app.test", response["Access-Control-Allow-Origin"]);
        Assert.Equal("GET, PUT", response["Access-Control-Allow-Methods"]);
        Assert.Equal("x-a, content-type", response["Access-Control-Allow-Headers"]);
        Assert.Equal(("true", "600", Vary), (response["Access-Control-Allow-Credentials"], response["Access-Control-Max-Age"], response["Vary"]));
        Assert.False(response.Has("Content-Length"));
        Assert.Null((await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Theory]
    [InlineData("https://evil.test")]
    [InlineData("https://app.test.evil.test")]
    [InlineData("https://app.test:8443")]
    [InlineData("http://app.test")]
    [InlineData("HTTPS://APP.TEST")]
    [InlineData("null")]
    [InlineData("https://app.test https://evil.test")]
    public async Task Preflight_OfAnotherOrigin_GetsNoPermission(string origin)
    {
        await using Story story = Begin(Plan);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Preflight(origin));

        Assert.Equal((204, Vary), (response.Status, response["Vary"]));
        Assert.DoesNotContain(response.Fields, field => field.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Preflight_ForEveryone_GetsAStar()
    {
        await using Story story = Begin(new CorsPlan { AnyOrigin = true, Methods = ["GET"], AnyHeader = false, Headers = ["X-A", "X-B"] });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Preflight("null", "Access-Control-Request-Headers: x-c\r\n"));

        Assert.Equal(("*", "X-A, X-B", null), (response["Access-Control-Allow-Origin"], response["Access-Control-Allow-Headers"], response["Access-Control-Allow-Credentials"]));
    }

    [Theory]
    [InlineData(true, "true")]
    [InlineData(false, null)]
    public async Task Preflight_ForAPrivateNetwork_IsAllowedWhereConfigured(bool isAllowed, string? expected)
    {
        await using Story story = Begin(Plan with { PrivateNetwork = isAllowed });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Preflight("https://app.test", "Access-Control-Request-Private-Network: true\r\n"));

        Assert.Equal(expected, response["Access-Control-Allow-Private-Network"]);
    }

    [Theory]
    [InlineData("Access-Control-Request-Headers: x-a\r\nAccess-Control-Request-Headers: x-b\r\n", "x-a, x-b")]
    [InlineData("Access-Control-Request-Headers: x-a; evil=\"1\"\r\n", null)]
    [InlineData("Access-Control-Request-Headers: <script>\r\n", null)]
    [InlineData("", null)]
    public async Task Preflight_AskingForHeaders_GetsNamesAndNothingElse(string asked, string? expected)
    {
        await using Story story = Begin(Plan);
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(expected, (await client.ExchangeAsync(Preflight("https://app.test", asked)))["Access-Control-Allow-Headers"]);
    }

    [Fact]
    public async Task Preflight_AskingForVeryManyHeaders_GetsNone()
    {
        await using Story story = Begin(Plan);
        ScriptedClient client = await story.ConnectAsync();
        string asked = $"Access-Control-Request-Headers: {new string('a', 8000)}\r\n";

        HttpResponse response = await client.ExchangeAsync(Preflight("https://app.test", asked));

        Assert.Equal((204, null), (response.Status, response["Access-Control-Allow-Headers"]));
        Assert.Equal("https://app.test", response["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task Preflight_OfALimitedOrClosedRoute_IsAnsweredAllTheSame()
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Cors = Plan, Methods = ["GET"], Maintenance = new MaintenancePlan() } });
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(204, (await client.ExchangeAsync(Preflight("https://app.test"))).Status);

        // So that a script can see what is the matter.
        HttpResponse response = await client.ExchangeAsync("GET / HTTP/1.1\r\nHost: a.test\r\nOrigin: https://app.test\r\n\r\n");
        Assert.Equal((503, "https://app.test"), (response.Status, response["Access-Control-Allow-Origin"]));
    }

    [Theory]
    [InlineData("OPTIONS / HTTP/1.1\r\nHost: a.test\r\nOrigin: https://app.test\r\n\r\n")]
    [InlineData("OPTIONS / HTTP/1.1\r\nHost: a.test\r\nAccess-Control-Request-Method: PUT\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a.test\r\nOrigin: https://app.test\r\nAccess-Control-Request-Method: PUT\r\n\r\n")]
    public async Task Options_ThatIsNoPreflight_GoesToTheServer(string request)
    {
        await using Story story = Begin(Plan);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(request);
        await server.RespondAsync("options");

        Assert.Equal("options", (await client.ReadResponseAsync("OPTIONS")).Text);
    }

    [Fact]
    public async Task Preflight_WithTwoOrigins_Is400()
    {
        await using Story story = Begin(Plan);
        ScriptedClient client = await story.ConnectAsync();

        Assert.Equal(400, (await client.ExchangeAsync(Preflight("https://app.test", "Origin: https://evil.test\r\n"))).Status);
    }

    private static string Preflight(string origin, string more = "") =>
        $"OPTIONS / HTTP/1.1\r\nHost: a.test\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: PUT\r\n{more}\r\n";

    private static Story Begin(CorsPlan cors) => Story.Begin(new ProxySetup { Route = route => route with { Cors = cors } });
}
