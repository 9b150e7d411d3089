using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;
using Sluice.TestKit.Time;
using Xunit;

namespace Sluice.Proxy.Tests.Checks;

/// <summary>A check costs little, however many there are: a connection's objects and a report.</summary>
public sealed class CheckCostTests
{
    private const int WarmUp = 20;
    private const int Checks = 200;
    private const double BytesMax = 2_048;

    // What the runtime allocates for itself now and then is in one of them at the most.
    private const int RunsMax = 3;

    [Theory]
    [InlineData(CheckKind.Http)]
    [InlineData(CheckKind.Tcp)]
    public async Task Check_SteadyState_AllocatesLittle(CheckKind kind)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        ProxyPlan plan = Plans.Proxy("/x", Plans.PortOf(origin));
        UpstreamPlan upstream = plan.Upstreams[0] with
        {
            HealthCheck = new HealthCheckPlan { Kind = kind, IntervalMs = 10, FastIntervalMs = 10, TimeoutMs = 20_000, Expected = kind == CheckKind.Http ? new ExpectedText("hello") : null },
        };
        await using SluiceServer proxy = SluiceServer.Start(plan with { Upstreams = [upstream] }, Plans.OneWorker);
        EventLoop loop = proxy.Loops[0];
        ServerState server = proxy.Servers[0];

        await WaitForAsync(server, WarmUp);
        double bytes = double.MaxValue;
        for (int run = 0; run < RunsMax && bytes > BytesMax; run++)
        {
            LoopCost before = await LoopCost.MeasureAsync(loop);
            long first = server.Checks.Passed;
            await WaitForAsync(server, first + Checks);
            LoopCost after = await LoopCost.MeasureAsync(loop);
            bytes = Math.Min(bytes, (after.Bytes - before.Bytes) / (double)(server.Checks.Passed - first));
        }

        Assert.True(bytes <= BytesMax, $"{bytes:f0} bytes allocated per check");
        Assert.Equal(0, server.Checks.Failed);
    }

    private static async Task WaitForAsync(ServerState server, long passed)
    {
        using var deadline = new CancellationTokenSource(Patience.PerTest);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (server.Checks.Passed < passed)
        {
            await ticks.WaitForNextTickAsync(deadline.Token);
        }
    }
}
