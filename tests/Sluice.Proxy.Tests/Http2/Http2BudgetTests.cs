using Sluice.Proxy.Plans;
using Sluice.Reactor;
using Xunit;

namespace Sluice.Proxy.Tests.Http2;

/// <summary>What a request over HTTP/2 may cost in allocated bytes and system calls.</summary>
[Collection(nameof(BudgetTests))]
public sealed class Http2BudgetTests
{
    private const int Connections = 4;
    private const int Http1Connections = 64;
    private const int WarmUpRounds = 100;
    private const int Rounds = 300;

    // The same connections for all of it: what a new one costs is no cost of a request.
    private static readonly ProxyLimits Endless = new() { RequestsPerConnectionMax = int.MaxValue };

    [Theory]
    [InlineData("http2_proxy", "/fixed")]
    [InlineData("http2_respond", "/")]
    public async Task Request_OverHttp2_StaysWithinItsBudget(string name, string respondPath)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello") with { Limits = Endless }, Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(OverHttp2(Plans.Proxy(respondPath, Plans.PortOf(origin))), Plans.OneWorker);
        using var clients = new Http2ClientGroup(Plans.PortOf(proxy), Connections);
        clients.Run(WarmUpRounds);

        await LoopCost.AssertWithinBudgetAsync(name, proxy.Loops[0], () => clients.Run(Rounds));
    }

    [Fact]
    public async Task Request_FromHttp1ToAServerOfHttp2_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(OverHttp2(Plans.Respond("hello")), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Before(origin), Plans.OneWorker);
        byte[] request = [.. "GET /x HTTP/1.1\r\nHost: budget.example\r\nUser-Agent: budget\r\nAccept: */*\r\n\r\n"u8];
        using var clients = new ClientGroup(Plans.PortOf(proxy), Http1Connections);
        clients.Run(WarmUpRounds, request, 200);

        await LoopCost.AssertWithinBudgetAsync("http2_servers", proxy.Loops[0], Run);

        int Run()
        {
            clients.Run(Rounds, request, 200);
            return Rounds * Http1Connections;
        }
    }

    [Fact]
    public async Task Request_OverHttp2OnBothSides_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(OverHttp2(Plans.Respond("hello")), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(OverHttp2(Before(origin)), Plans.OneWorker);
        using var clients = new Http2ClientGroup(Plans.PortOf(proxy), Connections);
        clients.Run(WarmUpRounds);

        await LoopCost.AssertWithinBudgetAsync("http2_both", proxy.Loops[0], () => clients.Run(Rounds));
    }

    private static ProxyPlan OverHttp2(ProxyPlan plan) => plan with { Listeners = [plan.Listeners[0] with { Http2 = Http2Mode.PriorKnowledge }], Limits = Endless };

    private static ProxyPlan Before(SluiceServer origin)
    {
        ProxyPlan plan = Plans.Proxy("/fixed", Plans.PortOf(origin));
        UpstreamPlan upstream = plan.Upstreams[0] with { Http2 = Http2Mode.PriorKnowledge };
        return plan with
        {
            Upstreams = [upstream],
            Routes = [.. plan.Routes.Select(route => route.Action is ProxyAction ? route with { Action = new ProxyAction(upstream) } : route)],
        };
    }
}
