using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Retries;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Storms;

/// <summary>Every server fails every request, and each may be tried four times: servers get at most a fifth more than clients ask for.</summary>
public sealed class RetryStormTests
{
    private const int Clients = 64;

    // A fifth at any moment. Over time it is a little more where second attempts last less long than first ones, which may have to connect.
    private const double LoadMax = 1.25;

    // A machine that is busy with other things may make first attempts last longer than second ones, but not in each of several storms.
    private const int Tries = 3;

    // No retry is free: what few requests may have at the end would count against the figure.
    private static readonly RetryPlan Retries = new()
    {
        AttemptsMax = 3,
        On = new RetryTriggers(RetryConditions.ConnectFailure | RetryConditions.Reset | RetryConditions.Timeout, [new StatusSpan(503, 503)]),
        BackoffBaseMs = 1,
        BackoffMaxMs = 1,
        BudgetMin = 0,
    };

    // Nothing was sent, so nothing is saved by not trying: the attempts are the limit.
    [Trait("Case", "U-52")]
    [Fact]
    public async Task ServersThatRefuse_AreTriedAsOftenAsTheAttemptsAllow()
    {
        const int each = 10;
        using var one = new DeadServer();
        using var two = new DeadServer();
        await using ProxyFixture proxy = Start(Retries, one.Plan, two.Plan);

        Assert.Equal(Clients * each, await AskAsync(proxy, each, 502));

        UpstreamRetries counts = CountsOf(proxy);
        Assert.Equal((Clients * each * 3, 0), (counts.CountOf(RetryReason.ConnectFailure), counts.Exhausted));
        Assert.All(await proxy.AccessLog.WaitForAsync(_ => true, Clients * each), line => Assert.Equal(4d, line.Number("attempts")));
    }

    [Trait("Case", "U-53")]
    [Fact]
    public async Task ServersThatReset_GetAtMostAFifthMore()
    {
        const int each = 30;
        await ExpectBoundedAsync(RetryReason.Reset, async () =>
        {
            await using var origin = new StormOrigin(StormOrigin.Mood.Resetting);
            await using ProxyFixture proxy = Start(Retries, [.. origin.Servers]);
            int asked = await AskAsync(proxy, each, 502);
            return (CountsOf(proxy), asked, origin.Requests);
        });
    }

    [Trait("Case", "U-54")]
    [Fact]
    public async Task ServersThatAreSilent_GetAtMostAFifthMore()
    {
        const int each = 10;
        await ExpectBoundedAsync(RetryReason.Timeout, async () =>
        {
            await using var origin = new StormOrigin(StormOrigin.Mood.Silent);
            await using ProxyFixture proxy = Start(Retries with { PerTryTimeoutMs = 100 }, [.. origin.Servers]);
            int asked = await AskAsync(proxy, each, 504);
            return (CountsOf(proxy), asked, origin.Requests);
        });
    }

    [Trait("Case", "U-55")]
    [Fact]
    public async Task ServersThatAnswer503_OverHttp2_GetAtMostAFifthMore()
    {
        const int each = 15;
        using var authority = new TestAuthority();
        await ExpectBoundedAsync(RetryReason.Status, () => AskOverHttp2Async(authority, each));
    }

    private static async Task<(UpstreamRetries Counts, int Asked, int Had)> AskOverHttp2Async(TestAuthority authority, int each)
    {
        int had = 0;
        void Map(WebApplication application) => application.Run(context =>
        {
            Interlocked.Increment(ref had);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        await using KestrelOrigin one = await KestrelOrigin.StartAsync(Dialect.Http2, authority, Map);
        await using KestrelOrigin two = await KestrelOrigin.StartAsync(Dialect.Http2, authority, Map);
        await using PeerStage stage = PeerStage.Start(
            authority, Dialect.Http2, Dialect.Http2, setup => setup with { Overload = null, Route = route => route with { Retries = Retries } }, one.Plan, two.Plan);
        using HttpClient client = stage.NewClient();

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            for (int i = 0; i < each; i++)
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri("/", UriKind.Relative));
                Assert.Equal(503, (int)response.StatusCode);
            }
        }));

        return (CountsOf(stage.Proxy), Clients * each, had);
    }

    // One retry at a time is all there may be: one that a storm has kept would be missing for ever.
    [Trait("Case", "U-56")]
    [Fact]
    public async Task Budget_AfterAStorm_IsThereAgain()
    {
        await using var origin = new StormOrigin(StormOrigin.Mood.Resetting);
        await using ProxyFixture proxy = Start(Retries with { BudgetMin = 1, BudgetPercent = 0 }, [.. origin.Servers]);
        await AskAsync(proxy, 5, 502);
        UpstreamRetries counts = CountsOf(proxy);
        Assert.True(counts.Exhausted > 0);

        origin.Turn(StormOrigin.Mood.Alternating);
        ScriptedClient client = await proxy.ConnectAsync();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await client.ExchangeAsync(Story.Get)).Status);
        }

        Assert.Equal(20, origin.Requests);
    }

    private static ProxyFixture Start(RetryPlan retries, params ServerPlan[] servers) =>
        ProxyFixture.Start(new ProxySetup { Overload = null, Route = route => route with { Retries = retries } }, new Transcript(), servers);

    private static UpstreamRetries CountsOf(ProxyFixture proxy) => proxy.Server.Retries[ProxySetup.UpstreamName];

    private static async Task ExpectBoundedAsync(RetryReason reason, Func<Task<(UpstreamRetries Counts, int Asked, int Had)>> stormAsync)
    {
        for (int i = 1; ; i++)
        {
            (UpstreamRetries counts, int asked, int had) = await stormAsync();
            string what = $"{asked} requests, {had} at the servers, {counts.CountOf(reason)} retries, {counts.Exhausted} without budget";
            Assert.True(counts.CountOf(reason) > 0 && counts.Exhausted > 0, what);
            if (had <= asked * LoadMax)
            {
                return;
            }

            Assert.True(i < Tries, what);
        }
    }

    // All at once, each one after the other over a connection of its own.
    private static async Task<int> AskAsync(ProxyFixture proxy, int each, int expected)
    {
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            await using ScriptedClient client = await ScriptedClient.ConnectAsync(proxy.EndPoint, new Transcript());
            client.StepTimeout = TimeSpan.FromSeconds(20);
            for (int i = 0; i < each; i++)
            {
                Assert.Equal(expected, (await client.ExchangeAsync(Story.Get)).Status);
            }
        }));
        return Clients * each;
    }
}
