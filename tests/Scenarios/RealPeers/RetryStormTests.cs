using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Retries;
using Xunit.Abstractions;

namespace Sluice.Scenarios.RealPeers;

/// <summary>When every server is overloaded, retries must not be what keeps it so.</summary>
public sealed class RetryStormTests(ITestOutputHelper output)
{
    private const int Connections = 64;

    // A fifth is what is allowed at any moment. Over time it is more where the machine delays first attempts and not second ones, which it does once, and not each time.
    private const int Tries = 3;
    private static readonly TimeSpan RunMax = TimeSpan.FromSeconds(60);

    [Trait("Case", "U-51")]
    [Theory]
    [InlineData(1, 1)]
    [InlineData(25, 250)]
    public async Task ServersThatAnswer503ToEverything_GetAtMostAFifthMore(int backoffBaseMs, int backoffMaxMs)
    {
        for (int i = 1; ; i++)
        {
            (bool isBounded, string seen) = await StormAsync(backoffBaseMs, backoffMaxMs);
            output.WriteLine(seen);
            if (isBounded)
            {
                return;
            }

            Assert.True(i < Tries, seen);
        }
    }

    private static async Task<(bool IsBounded, string Seen)> StormAsync(int backoffBaseMs, int backoffMaxMs)
    {
        await using var origin = new BusyOrigin();
        long before = await origin.CountAsync();
        var retries = new RetryPlan
        {
            AttemptsMax = 3,
            On = new RetryTriggers(RetryConditions.ConnectFailure, [new StatusSpan(503, 503)]),
            BackoffBaseMs = backoffBaseMs,
            BackoffMaxMs = backoffMaxMs,
        };
        var setup = new ProxySetup { Workers = 2, Route = route => route with { Retries = retries } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), origin.Servers);

        ToolResult load = await Tool.RunAsync(
            RunMax, "wrk", ["-t", "2", "-c", Connections.ToString(CultureInfo.InvariantCulture), "-d", "3s", $"http://127.0.0.1:{proxy.Port}/"]);

        UpstreamRetries counts = proxy.Server.Retries[ProxySetup.UpstreamName];
        long asked = proxy.Server.RequestsOf("everything");
        long had = await origin.CountAsync() - before;
        string what = $"{asked} requests, {had} at the servers, {counts.CountOf(RetryReason.Status)} retries, {counts.Exhausted} without budget";
        Assert.True(load.ExitCode == 0 && asked > 1_000, load.Output + load.Error);
        Assert.True(counts.CountOf(RetryReason.Status) > 0 && counts.Exhausted > 0, what);
        return (had <= asked * 1.2, what);
    }
}
