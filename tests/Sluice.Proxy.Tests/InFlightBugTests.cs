using System.Net;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Upstreams;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>A request in which this program itself fails gives back what it had at its server, so that others get it.</summary>
public sealed class InFlightBugTests : IAsyncLifetime
{
    private const string Bug = "GET /bug HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Get = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    // No configuration gives such a value, such a pause, or such statuses; they stand for whatever a bug may be.
    private static readonly Template Broken = new("", [new TemplatePart(TemplateVariable.Cookie, null!, 0)]);
    private static readonly RetryPlan BrokenPause =
        new() { On = new RetryTriggers(RetryConditions.None, [new StatusSpan(503, 503)]), BackoffBaseMs = -1_000, BackoffMaxMs = -1_000 };

    private static readonly RetryPlan BrokenStatuses = new() { On = new RetryTriggers(RetryConditions.None, null!) };

    private readonly Transcript _transcript = new();
    private readonly ScriptedUpstream _origin;
    private readonly ScriptedUpstream _other;
    private SluiceServer? _server;

    public InFlightBugTests()
    {
        _origin = ScriptedUpstream.Start(_transcript);
        _other = ScriptedUpstream.Start(_transcript, "other");
    }

    private EndPoint EndPoint => _server!.EndPoints[0];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? default);
        await _origin.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Exception_WhileARequestIsSent_GivesItsPlaceBack()
    {
        Start(route => route with { RequestHeaders = [new HeaderEdit(HeaderOperation.Set, "x-bug", [Broken])] });
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(EndPoint, _transcript);
        await client.SendAsync(Bug);
        await client.ExpectGoneAsync();

        await (await _origin.AcceptAsync()).ExpectGoneAsync();
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task Exception_WhileARequestIsReceived_GivesItsPlaceBack()
    {
        Start(route => route with { Retries = BrokenPause });
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(EndPoint, _transcript);
        await client.SendAsync("PUT /bug HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nhello");
        ScriptedServerConnection server = await _origin.AcceptAsync();
        await server.ReadHeadAsync();
        await server.ExpectAsync("hello");
        await server.SendAsync("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        await client.ExpectGoneAsync();

        await server.ExpectGoneAsync();
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task Exception_AsARetryIsDecided_GivesItsPartOfTheBudgetBack()
    {
        Start(route => route with { Retries = BrokenPause });
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(EndPoint, _transcript);
        await client.SendAsync(Bug);
        ScriptedServerConnection server = await _origin.AcceptAsync();
        await server.ReadRequestAsync();
        await server.SendAsync("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        await client.ExpectGoneAsync();

        await server.ExpectGoneAsync();
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task Exception_InAStream_GivesItsPlaceBack_AndTheConnectionBecomesIdle()
    {
        Start(
            route => route with { RequestHeaders = [new HeaderEdit(HeaderOperation.Set, "x-bug", [Broken])] },
            new ProxyLimits { KeepAliveTimeoutMs = 500 });
        await using Http2Peer client = await Http2Peer.ConnectAsync(EndPoint, _transcript);
        uint stream = await client.SendRequestAsync("GET", "/bug");
        await client.ExpectResetAsync(stream, ErrorCode.InternalError);

        await client.ExpectGoAwayAsync(ErrorCode.NoError);
        await (await _origin.AcceptAsync()).ExpectGoneAsync();
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task Exception_InACopy_GivesItsPlaceBack()
    {
        UpstreamPlan shadow = CountedOf("shadow", _other) with { Retries = BrokenStatuses };
        Start(route => route with { Mirror = new MirrorPlan(shadow) }, others: shadow);
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(EndPoint, _transcript);
        await client.SendAsync(Bug);
        ScriptedServerConnection primary = await _origin.AcceptAsync();
        await primary.ServeAsync("primary");
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
        ScriptedServerConnection copied = await _other.AcceptAsync();
        await copied.ReadRequestAsync();
        await copied.SendAsync("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");

        await copied.ExpectGoneAsync();
        await ExpectSoundAsync(primary);
    }

    [Fact]
    public async Task Exception_InASecondTry_GivesItsPlaceBack_AndTheFirstGoesOn()
    {
        await using ScriptedClient client = await BeginHedgedAsync();
        ScriptedServerConnection first = await _origin.AcceptAsync();
        await first.ReadRequestAsync();
        ScriptedServerConnection second = await _other.AcceptAsync();
        await second.ServeAsync("second");
        await second.ExpectGoneAsync();

        // Its failure needs no look at statuses, which would be the same bug again.
        first.Reset();
        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task Exception_BesideASecondTry_BreaksThatOffToo()
    {
        await using ScriptedClient client = await BeginHedgedAsync();
        ScriptedServerConnection first = await _origin.AcceptAsync();
        await first.ReadRequestAsync();
        ScriptedServerConnection second = await _other.AcceptAsync();
        await second.ReadRequestAsync();
        await first.RespondAsync("first");

        await client.ExpectGoneAsync();
        await first.ExpectGoneAsync();
        await second.ExpectGoneAsync();
        await ExpectSoundAsync();
    }

    private async Task<ScriptedClient> BeginHedgedAsync()
    {
        Start(route => route with { Retries = BrokenStatuses with { Hedge = new HedgePlan(20) } }, servers: [_origin.Plan, _other.Plan]);
        ScriptedClient client = await ScriptedClient.ConnectAsync(EndPoint, _transcript);
        await client.SendAsync(Bug);
        return client;
    }

    // One bug, nothing in flight, and the only place is there for the next.
    private async Task ExpectSoundAsync(ScriptedServerConnection? server = null)
    {
        await new InFlightCounts(_server!).ExpectNoneAsync(_transcript);
        Assert.Equal(1, _server!.BugCount);
        await using ScriptedClient next = await ScriptedClient.ConnectAsync(EndPoint, _transcript, "next");
        await next.SendAsync(Get);
        await (server ?? await _origin.AcceptAsync()).ServeAsync("next");
        Assert.Equal("next", (await next.ReadResponseAsync()).Text);
    }

    private void Start(Func<RoutePlan, RoutePlan> change, ProxyLimits? limits = null, UpstreamPlan? others = null, ServerPlan[]? servers = null)
    {
        UpstreamPlan upstream = CountedOf("origin", _origin) with { Servers = [.. servers ?? [_origin.Plan]] };
        var bug = new RoutePlan { Name = "bug", Paths = [new PathMatch("/bug", IsPrefix: false)], Action = new ProxyAction(upstream) };
        _server = SluiceServer.Start(
            new ProxyPlan
            {
                Listeners = [new ListenerPlan(new IPEndPoint(IPAddress.Loopback, 0), "127.0.0.1:0") { Http2 = Http2Mode.PriorKnowledge }],
                Routes = [change(bug), new RoutePlan { Name = "all", Action = new ProxyAction(upstream) }],
                Upstreams = others is null ? [upstream] : [upstream, others],
                Limits = limits ?? new ProxyLimits(),
                Overload = null,
                AccessLog = false,
            },
            new SluiceServerOptions { Workers = 1, Log = _ => { } });
    }

    private static UpstreamPlan CountedOf(string name, ScriptedUpstream server) => new()
    {
        Name = name,
        Servers = [server.Plan],
        Balance = new BalancePlan(BalancePolicy.First),
        Pool = new PoolLimits { InFlightMax = 1 },
        AdaptiveConcurrency = new AdaptiveConcurrencyPlan { LimitMin = 2, LimitInitial = 2, LimitMax = 2 },
    };
}
