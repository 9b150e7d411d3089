using Sluice.Proxy.Plans;
using Sluice.Reactor;
using Xunit;

namespace Sluice.Proxy.Tests.Http2;

/// <summary>What a request over HTTP/2 may cost in allocated bytes and system calls.</summary>
public sealed class Http2BudgetTests
{
    private const int Connections = 4;
    private const int WarmUpRounds = 100;
    private const int Rounds = 300;

    [Theory]
    [InlineData("http2_proxy", "/fixed")]
    [InlineData("http2_respond", "/")]
    public async Task Request_OverHttp2_StaysWithinItsBudget(string name, string respondPath)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        ProxyPlan plan = Plans.Proxy(respondPath, Plans.PortOf(origin));
        await using SluiceServer proxy = SluiceServer.Start(
            plan with { Listeners = [plan.Listeners[0] with { Http2 = Http2Mode.PriorKnowledge }] }, Plans.OneWorker);
        using var clients = new Http2ClientGroup(Plans.PortOf(proxy), Connections);
        clients.Run(WarmUpRounds);

        LoopCost before = await LoopCost.MeasureAsync(proxy.Loops[0]);
        int requests = clients.Run(Rounds);
        LoopCost after = await LoopCost.MeasureAsync(proxy.Loops[0]);

        LoopCost.AssertWithinBudget(name, before, after, requests);
    }
}
