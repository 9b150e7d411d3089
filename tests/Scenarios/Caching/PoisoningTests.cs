using Sluice.Http.Addresses;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Scenarios.Caching;

/// <summary>Nobody puts into the cache what others would get and should not (RFC 9111, section 7.1; C-01 to C-24).</summary>
public sealed class PoisoningTests
{
    private const string Fresh = "Cache-Control: max-age=60\r\n";

    private static readonly IpRange Local = IpRange.TryParse("127.0.0.1", out IpRange local) ? local : default;

    [Theory]
    [InlineData("X-Forwarded-Host: evil.test", "X-Forwarded-Host", "a.test")]
    [InlineData("X-Original-URL: /admin", "X-Original-URL", null)]
    [InlineData("X-Rewrite-URL: /admin", "X-Rewrite-URL", null)]
    [InlineData("X-HTTP-Method-Override: DELETE", "X-HTTP-Method-Override", null)]
    [InlineData("X-Forwarded-Scheme: http", "X-Forwarded-Scheme", null)]
    [InlineData("X-Host: evil.test", "X-Host", null)]
    [InlineData("X-Made-Up: 1", "X-Made-Up", null)]
    [InlineData("Accept-Language: de", "Accept-Language", "de")]
    [InlineData("Cookie: a=b", "Cookie", "a=b")]
    public async Task UnkeyedHeaders_DoNotReachTheServer(string line, string name, string? expected)
    {
        await using Story story = CacheStage.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(CacheStage.Get("/", line + "\r\n"));
        HttpRequest asked = await (await story.AcceptAsync()).ServeAsync("hello");

        Assert.Equal(expected, asked[name]);
    }

    // It may pass on what a client made up, and it may serve several sites: either way the server is told of that host, so the key has it.
    [Theory]
    [InlineData("X-Forwarded-Host: evil.test\r\n")]
    [InlineData("Forwarded: for=192.0.2.1;host=evil.test\r\n")]
    public async Task HostThatATrustedProxyTellsOf_IsPartOfTheKey(string line)
    {
        ProxySetup setup = CacheStage.SetupOf(new CachePlan { PurgeClients = [Local] });
        var trusting = new ForwardedPlan { TrustedProxies = [Local] };
        await using RecordingUpstream server = RecordingUpstream.Start(request => [Bytes.Of(CacheStage.Response(Fresh, $"of {request["X-Forwarded-Host"]}"))]);
        await using ProxyFixture proxy = ProxyFixture.Start(setup with { Forwarded = trusting }, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("of evil.test", (await client.ExchangeAsync(CacheStage.Get("/", line))).Text);
        Assert.Equal("of a.test", (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal("of evil.test", (await client.ExchangeAsync(CacheStage.Get("/", line))).Text);
        Assert.Equal("of a.test", (await client.ExchangeAsync(CacheStage.Get("/", "X-Forwarded-Host: a.test\r\n"))).Text);
        Assert.Equal(2, server.RequestCount);
        Assert.Equal("purged\n", (await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Text);
        await client.ExchangeAsync(CacheStage.Get("/", line));
        Assert.Equal(3, server.RequestCount);
    }

    [Fact]
    public async Task HopsBeforeATrustedProxy_DoNotReachTheServerOfACachedRoute_ButTheClientDoes()
    {
        var trusting = new ForwardedPlan { TrustedProxies = [Local], Forwarded = true };
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Forwarded = trusting });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(CacheStage.Get("/", "Forwarded: for=198.51.100.1;host=evil.test, for=192.0.2.1;host=a.test\r\n"));
        HttpRequest asked = await (await story.AcceptAsync()).ServeAsync("hello");

        Assert.Equal("for=192.0.2.1, for=127.0.0.1;proto=http;host=\"a.test\"", asked["Forwarded"]);
    }

    [Fact]
    public async Task NamedHeaders_ReachTheServer_AndThoseOfTheKeyTellResponsesApart()
    {
        var plan = new CachePlan { KeyHeaders = ["x-tenant"], TrustedHeaders = ["x-debug"] };
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(request => CacheStage.Response(Fresh, $"{request["X-Tenant"]} {request["X-Debug"]}"), plan);
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("one 1", (await client.ExchangeAsync(CacheStage.Get("/", "X-Tenant: one\r\nX-Debug: 1\r\n"))).Text);
        Assert.Equal("two 2", (await client.ExchangeAsync(CacheStage.Get("/", "X-Tenant: two\r\nX-Debug: 2\r\n"))).Text);
        Assert.Equal("one 1", (await client.ExchangeAsync(CacheStage.Get("/", "X-Tenant: one\r\nX-Debug: 3\r\n"))).Text);
        Assert.Equal(" ", (await client.ExchangeAsync(CacheStage.Get())).Text);
    }

    [Theory]
    [InlineData("Set-Cookie: id=1\r\n", "")]
    [InlineData("", "Authorization: Basic eA==\r\n")]
    [InlineData("Vary: *\r\n", "")]
    [InlineData("Content-Range: bytes 0-4/9\r\n", "")]
    public async Task WhatIsForOne_IsNotGivenToAnother(string responseFields, string requestFields)
    {
        int count = 0;
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Fresh + responseFields, $"answer {++count}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("answer 1", (await client.ExchangeAsync(CacheStage.Get("/", requestFields))).Text);
        Assert.Equal("answer 2", (await client.ExchangeAsync(CacheStage.Get())).Text);
    }

    // Web cache deception: no path makes a response one that may be stored.
    [Theory]
    [InlineData("/account/x.css")]
    [InlineData("/account;x.css")]
    [InlineData("/account%3fx.css")]
    [InlineData("/static/..%2faccount")]
    [InlineData("/account/%2e%2e/static/x.js")]
    public async Task PathThatLooksStatic_ChangesNothing(string path)
    {
        int count = 0;
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response("Cache-Control: private\r\n", $"answer {++count}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("answer 1", (await client.ExchangeAsync(CacheStage.Get(path))).Text);
        Assert.Equal("answer 2", (await client.ExchangeAsync(CacheStage.Get(path))).Text);
        Assert.Equal(0, proxy.Server.CachedOf(CacheOutcome.Hit));
    }

    [Fact]
    public async Task GetWithContent_AndOtherMethods_PassTheCacheBy()
    {
        int count = 0;
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Fresh, $"answer {++count}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("answer 1", (await client.ExchangeAsync("GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nevil")).Text);
        Assert.Equal("answer 2", (await client.ExchangeAsync("OPTIONS / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Text);
        Assert.Equal("answer 3", (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal("answer 3", (await client.ExchangeAsync(CacheStage.Get())).Text);
    }

    [Trait("RFC9111", "3.3-2")]
    [Trait("Case", "U-14")]
    [Trait("Case", "U-15")]
    [Trait("Case", "U-18")]
    [Theory]
    [InlineData("Content-Length: 10\r\n", "half", true)]
    [InlineData("Content-Length: 10\r\n", "half", false)]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", true)]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", false)]
    [InlineData("", "half", true)]
    public async Task ResponseThatIsNotWhole_IsNotStored(string framing, string part, bool resets)
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\n{framing}{Fresh}\r\n{part}");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        await content.ExpectAsync("half");
        if (resets)
        {
            server.Reset();
        }
        else
        {
            server.Close();
        }

        Assert.Empty(await content.ReadTruncatedAsync());

        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(CacheStage.Get());
        await (await story.AcceptAsync()).ServeAsync("whole");
        Assert.Equal("whole", (await second.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Variants_AreToldApart_AndBounded()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(
            request => CacheStage.Response(Fresh + "Vary: Accept-Language\r\n", $"in {request["Accept-Language"]}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 60; i++)
            {
                Assert.Equal($"in l{i}", (await client.ExchangeAsync(CacheStage.Get("/", $"Accept-Language: l{i}\r\n"))).Text);
            }
        }

        Assert.Equal(32, proxy.Server.CachedOf(CacheOutcome.Hit));
        Assert.Equal(33, proxy.Server.CacheTotals.Objects);
    }

    [Fact]
    public async Task Variants_OfTheSameAcceptEncoding_AreOne()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Fresh + "Vary: Accept-Encoding\r\nContent-Encoding: gzip\r\n"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();

        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Encoding: gzip, br\r\n"));
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Encoding: br;q=0.9,gzip;q=1.0\r\n"));
        Assert.Equal(1, server.RequestCount);
        await client.ExchangeAsync(CacheStage.Get());
        Assert.Equal(2, server.RequestCount);
    }

    [Fact]
    public async Task Routes_DoNotShareWhatTheyStore()
    {
        await using RecordingUpstream server = RecordingUpstream.Start(request => [Bytes.Of(CacheStage.Response(Fresh, $"for {request["X-Inner"]}"))]);
        ProxySetup setup = CacheStage.SetupOf(new CachePlan { TrustsAllHeaders = true });
        ProxyPlan plan = setup.ToPlan([server.Plan]);
        RoutePlan inner = plan.Routes[0] with { Name = "inner", Condition = new HeaderCondition("X-Inner", new ValueTest(ValueTestKind.Present, [])) };
        await using ProxyFixture proxy = ProxyFixture.Start(plan with { Routes = [inner, .. plan.Routes] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("for 1", (await client.ExchangeAsync(CacheStage.Get("/", "X-Inner: 1\r\n"))).Text);
        Assert.Equal("for ", (await client.ExchangeAsync(CacheStage.Get())).Text);
    }
}
