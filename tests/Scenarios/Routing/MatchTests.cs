using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Scenarios.Routing;

/// <summary>Routes that match on more than host and path, over real connections.</summary>
public sealed class MatchTests
{
    [Fact]
    public async Task Conditions_OfRequestsOnOneConnection_AreTestedAnew()
    {
        RoutePlan[] routes =
        [
            Route("header", new HeaderCondition("X-Version", Is("2"))),
            Route("query", new QueryCondition("mode", Is("a b"))),
            Route("cookie", new CookieCondition("beta", Is("1"))),
            Route("method", new MethodCondition(["OPTIONS"])),
            Route("rest", null),
        ];
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = routes }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("header", await AskAsync(client, "GET /x", "x-version: 2\r\n"));
        Assert.Equal("query", await AskAsync(client, "GET /x?mode=a+b", "x-version: 3\r\n"));
        Assert.Equal("cookie", await AskAsync(client, "GET /x?mode=a", "Cookie: a=2; beta=1\r\n"));
        Assert.Equal("method", await AskAsync(client, "OPTIONS /x", ""));
        Assert.Equal("rest", await AskAsync(client, "GET /x?Mode=a+b", "Cookie: beta=2\r\n"));
    }

    [Fact]
    public async Task ClientAddress_ToldByATrustedProxy_IsTheOneThatIsTested()
    {
        RoutePlan[] routes = [Route("inside", new ClientAddressCondition([Range("10.0.0.0/8")])), Route("outside", null)];
        var setup = new ProxySetup { Routes = routes, Forwarded = new ForwardedPlan { TrustedProxies = [Range("127.0.0.1")] } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("inside", await AskAsync(client, "GET /", "X-Forwarded-For: 10.1.2.3\r\n"));
        Assert.Equal("outside", await AskAsync(client, "GET /", "X-Forwarded-For: 10.1.2.3, 192.0.2.1\r\n"));
        Assert.Equal("outside", await AskAsync(client, "GET /", ""));
    }

    [Fact]
    public async Task Scheme_ToldByATrustedProxy_IsTheOneThatIsTested()
    {
        RoutePlan[] routes = [Route("plain", new SchemeCondition(IsHttps: false)), Route("encrypted", new SchemeCondition(IsHttps: true))];
        var setup = new ProxySetup { Routes = routes, Forwarded = new ForwardedPlan { TrustedProxies = [Range("127.0.0.1")] } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("encrypted", await AskAsync(client, "GET /", "X-Forwarded-Proto: https\r\n"));
        Assert.Equal("encrypted", await AskAsync(client, "GET /", "Forwarded: for=192.0.2.1;proto=https\r\n"));
        Assert.Equal("plain", await AskAsync(client, "GET /", "X-Forwarded-Proto: http\r\n"));
        Assert.Equal("plain", await AskAsync(client, "GET /", ""));
    }

    [Fact]
    public async Task Scheme_ToldByAnyoneElse_IsNotBelieved()
    {
        RoutePlan[] routes = [Route("plain", new SchemeCondition(IsHttps: false)), Route("encrypted", new SchemeCondition(IsHttps: true))];
        var setup = new ProxySetup { Routes = routes, Forwarded = new ForwardedPlan { TrustedProxies = [Range("192.0.2.0/24")] } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript());

        Assert.Equal("plain", await AskAsync(await proxy.ConnectAsync(), "GET /", "X-Forwarded-Proto: https\r\n"));
    }

    [Fact]
    public async Task PathRegex_SeesTheCanonicalPath()
    {
        RoutePlan[] routes =
        [
            Route("user", null) with { Paths = [new PathMatch("/users/(?<id>[0-9]+)", PathMatchKind.Regex)] },
            Route("image", null) with { Paths = [new PathMatch("/**/img/*.png", PathMatchKind.Glob)] },
            Route("rest", null),
        ];
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = routes }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("user", await AskAsync(client, "GET /x/../users/%34%32?x=1", ""));
        Assert.Equal("rest", await AskAsync(client, "GET /users/42/posts", ""));
        Assert.Equal("image", await AskAsync(client, "GET /a/b/img/x.png", ""));
        Assert.Equal("rest", await AskAsync(client, "GET /a/b/img/../x.png", ""));
    }

    [Fact]
    public async Task Percentage_OfManyRequests_TakesAboutItsShare()
    {
        RoutePlan[] routes = [Route("half", new PercentageCondition(5_000)), Route("rest", null)];
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = routes }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        int taken = 0;
        for (int i = 0; i < 200; i++)
        {
            taken += await AskAsync(client, "GET /", "") == "half" ? 1 : 0;
        }

        // Less than once in 10^9 runs a fair coin is outside.
        Assert.InRange(taken, 55, 145);
    }

    private static async Task<string> AskAsync(ScriptedClient client, string request, string fields) =>
        (await client.ExchangeAsync($"{request} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n")).Text;

    private static RoutePlan Route(string name, MatchCondition? condition) =>
        new() { Name = name, Condition = condition, Action = new RespondAction(200, [], [.. Bytes.Of(name)]) };

    private static ValueTest Is(string text) => new(ValueTestKind.Exact, [text]);

    private static IpRange Range(string text) => IpRange.TryParse(text, out IpRange range) ? range : throw new ArgumentException(text);
}
