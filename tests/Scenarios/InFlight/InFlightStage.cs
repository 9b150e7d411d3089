using System.Net;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.InFlight;

/// <summary>A proxy that counts everything there is to count of requests in flight, with one request that has come as far as a test wants it.</summary>
internal sealed class InFlightStage : IAsyncDisposable
{
    private const string Here = "GET /here HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private readonly UnreachableServer? _unreachable;
    private readonly InFlightCounts _counts;
    private Asker _asker = null!;
    private ScriptedClient? _holder;
    private ScriptedServerConnection? _server;
    private bool _isTunnel;

    private InFlightStage(Moment moment, UnreachableServer? unreachable)
    {
        _unreachable = unreachable;
        Upstream = ScriptedUpstream.Start(Transcript);
        ServerPlan server = unreachable?.Plan ?? Upstream.Plan;
        server = moment == Moment.InAHandshake ? server with { Address = server.Address with { IsHttps = true } } : server;
        Proxy = ProxyFixture.Start(SetupFor(moment), Transcript, server);
        _counts = new InFlightCounts(Proxy.Server);
    }

    private Transcript Transcript { get; } = new();

    private ScriptedUpstream Upstream { get; }

    private ProxyFixture Proxy { get; }

    /// <summary>Starts the proxy, and has a request come so far.</summary>
    internal static async Task<InFlightStage> BeginAsync(Moment moment, bool isHttp2)
    {
        var stage = new InFlightStage(moment, moment == Moment.Connecting ? await UnreachableServer.StartAsync() : null);
        if (moment is Moment.AtTheUpstreamsGate or Moment.AtTheServersGate or Moment.InTheQueueForAConnection)
        {
            await stage.HoldAsync();
        }

        stage._asker = await Asker.ConnectAsync(stage.Proxy, isHttp2);
        await stage.ComeToAsync(moment);
        Assert.NotEmpty(stage._counts.NotZero);
        return stage;
    }

    /// <summary>Ends it, and with it what kept it from its place; then nothing is in flight.</summary>
    internal async Task EndAsync(Departure departure)
    {
        if (departure == Departure.Stop)
        {
            await Proxy.StopAsync(TimeSpan.Zero);
        }
        else
        {
            if (departure == Departure.Reload)
            {
                ProxyPlan plan = Proxy.Server.Plan;
                Proxy.Server.Reload(plan with { Routes = [plan.Routes[0]], Upstreams = [] });
            }

            await _asker.LeaveAsync(departure);
            await ReleaseAsync();
        }

        await _counts.ExpectNoneAsync(Transcript);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
        _unreachable?.Dispose();
    }

    // Longer than any step, so that nothing ends by the time it takes.
    private static ProxySetup SetupFor(Moment moment) => new()
    {
        Http2 = Http2Mode.PriorKnowledge,
        Overload = null,
        Pool = new PoolLimits
        {
            InFlightMax = moment == Moment.AtTheServersGate ? 1 : 10,
            ConnectionsMax = moment == Moment.InTheQueueForAConnection ? 1 : 0,
            QueueTimeoutMs = 60_000,
        },
        Upstream = upstream => upstream with { AdaptiveConcurrency = LimitOf(moment == Moment.AtTheUpstreamsGate ? 1 : 10), CircuitBreaker = new(), Outliers = new() },
        Route = route => route with
        {
            Retries = new RetryPlan { On = new RetryTriggers(RetryConditions.None, [new StatusSpan(503, 503)]), BackoffBaseMs = 60_000, BackoffMaxMs = 60_000 },
        },
        Routes = [new RoutePlan { Name = "here", Paths = [new PathMatch("/here", IsPrefix: false)], Action = new RespondAction(200, [], []) }],
    };

    private static AdaptiveConcurrencyPlan LimitOf(int limit) => new() { LimitMin = limit, LimitInitial = limit, LimitMax = limit, QueueMax = 10, QueueTimeoutMs = 60_000 };

    // Somebody else has the only place.
    private async Task HoldAsync()
    {
        _holder = await Proxy.ConnectAsync("holder");
        await _holder.SendAsync(Story.Get);
        await AcceptAsync();
    }

    private async Task ReleaseAsync()
    {
        if (_holder is not null)
        {
            await _server!.RespondAsync("held");
            Assert.Equal("held", (await _holder.ReadResponseAsync()).Text);
        }
        else if (_isTunnel)
        {
            // The client's end alone is passed on.
            _server!.Close();
        }
    }

    private async Task ComeToAsync(Moment moment)
    {
        if (moment == Moment.InATunnel)
        {
            _server = await _asker.UpgradeAsync(Upstream);
            _isTunnel = true;
            return;
        }

        await (moment == Moment.WithinItsContent ? _asker.AskWithContentAsync() : _asker.AskAsync());
        if (moment == Moment.InAHandshake)
        {
            _server = await Upstream.AcceptAsync();
            Assert.NotEmpty(await _server.ReadSomeAsync(1));
        }
        else if (moment == Moment.Connecting || _holder is not null)
        {
            await PassByAsync();
        }
        else
        {
            await AcceptAsync();
            await ServeUpToAsync(moment);
        }
    }

    private async Task AcceptAsync()
    {
        _server = await Upstream.AcceptAsync();
        await _server.ReadHeadAsync();
    }

    private async Task ServeUpToAsync(Moment moment)
    {
        switch (moment)
        {
            case Moment.WithinItsContent:
                await _server!.ExpectAsync("hello");
                break;
            case Moment.BeforeARetry:
                await _server!.SendAsync("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
                await PassByAsync();
                break;
            case Moment.WithinTheResponse:
                await _server!.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                await _asker.ReadHeadAsync();
                break;
            case Moment.BlockedByItsClient:
                await _server!.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 99000000\r\n\r\n");
                await _server.SendUntilBlockedAsync(new byte[65_536], max: 98_000_000, TimeSpan.FromMilliseconds(100));
                break;
        }
    }

    // Once the proxy has answered this, it has seen what was sent before.
    private async Task PassByAsync()
    {
        ScriptedClient client = await Proxy.ConnectAsync("passer-by");
        Assert.Equal((int)HttpStatusCode.OK, (await client.ExchangeAsync(Here)).Status);
    }
}
