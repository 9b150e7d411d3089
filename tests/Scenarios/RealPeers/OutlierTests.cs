using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.RealPeers;

/// <summary>Three nginx under the load of wrk, of which one turns bad and recovers.</summary>
public sealed partial class OutlierTests : IAsyncLifetime
{
    private const int EjectionMs = 2_000;
    private const int SlowStartMs = 4_000;

    // A second, and some more for a machine that is busy with other things.
    private const int BusySecondMs = 5_000;

    // Shares within seconds are those of a machine that gives everybody their time. Where it doesn't, all of it is done again.
    private const int Tries = 3;

    private static readonly HttpClient Http = new();

    private readonly NginxOrigin[] _origins = [new(), new(), new()];

    public async Task InitializeAsync()
    {
        foreach (NginxOrigin origin in _origins)
        {
            await origin.InitializeAsync();
        }
    }

    public async Task DisposeAsync()
    {
        foreach (NginxOrigin origin in _origins)
        {
            await origin.DisposeAsync();
        }
    }

    [Trait("Case", "U-46")]
    [Fact]
    public async Task Server_ThatTurnsBadUnderLoad_IsOutWithinASecondAndComesBackSlowly()
    {
        for (int i = 1; ; i++)
        {
            (bool isRight, string seen) = await TurnBadAndRecoverAsync();
            if (isRight)
            {
                return;
            }

            Assert.True(i < Tries, seen);
        }
    }

    private async Task<(bool IsRight, string Seen)> TurnBadAndRecoverAsync()
    {
        var setup = new ProxySetup
        {
            Workers = 2,
            Upstream = upstream => upstream with { SlowStartMs = SlowStartMs, Outliers = new OutlierPlan { EjectionTimeMs = EjectionMs } },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), [.. _origins.Select(origin => origin.Plan)]);
        ServerState moody = proxy.Server.Upstreams.Single().Members[0].Server;
        int begun = await CountAsync(0);
        Task<ToolResult> load = Tool.RunAsync(TimeSpan.FromSeconds(60), "wrk", ["-t1", "-c16", "-d14s", $"http://127.0.0.1:{proxy.Port}/moody"]);
        await UntilAsync(async () => (await CountAsync(0)) > begun + 500, "load");

        // It answers 500 to everything: out within a second.
        await File.WriteAllTextAsync(_origins[0].BadMoodFile, "");
        var clock = Stopwatch.StartNew();
        await UntilAsync(() => Task.FromResult(moody.Ejection is not null), "ejected");
        long outAfterMs = clock.ElapsedMilliseconds;

        // What was on its way arrives, and nothing else; beside it counts the question itself.
        double whileOut = await ShareOverAsync(1_000);

        // It recovers, and gets its third step by step.
        File.Delete(_origins[0].BadMoodFile);
        await UntilAsync(() => Task.FromResult(moody.Ejection is null), "let in again");
        double atFirst = await ShareOverAsync(1_000);
        double later = await ShareOverAsync(1_000);
        await UntilAsync(() => Task.FromResult(clock.ElapsedMilliseconds > EjectionMs + SlowStartMs + 1_500), "the end of the slow start");
        double atLast = await ShareOverAsync(1_500);

        ToolResult result = await load;
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        int requests = Number(RequestCount().Match(result.Output));
        int failures = Number(FailureCount().Match(result.Output));
        bool isQuicklyOut = outAfterMs <= BusySecondMs && whileOut <= 0.02 && failures < requests / 20;
        bool isSlowlyBack = atFirst is > 0.005 && atFirst < 0.6 * atLast && atFirst < later && later < atLast && atLast is > 0.28 and < 0.38;
        return (isQuicklyOut && isSlowlyBack,
            $"out after {outAfterMs} ms; {whileOut:p1} while out, {atFirst:p1} at first, {later:p1} later, {atLast:p1} at last; {failures} of {requests} failed");
    }

    // The share of the first server in the requests of some time.
    private async Task<double> ShareOverAsync(int milliseconds)
    {
        int[] before = await CountsAsync();
        var clock = Stopwatch.StartNew();
        await UntilAsync(() => Task.FromResult(clock.ElapsedMilliseconds >= milliseconds), "some time");
        int[] after = await CountsAsync();
        return (double)(after[0] - before[0]) / (after.Sum() - before.Sum());
    }

    private async Task<int[]> CountsAsync() => [await CountAsync(0), await CountAsync(1), await CountAsync(2)];

    // "Active connections: 1 \nserver accepts handled requests\n 1 1 1 \n..."
    private async Task<int> CountAsync(int origin)
    {
        string text = await Http.GetStringAsync(new Uri($"http://127.0.0.1:{_origins[origin].Plan.Address.Port}/counts"));
        return Number(HandledCounts().Match(text));
    }

    private static int Number(Match match) => match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await isSo())
        {
            Assert.False(deadline.IsCancellationRequested, $"{what}: not within {Patience.PerStep.TotalSeconds} s");
            await ticks.WaitForNextTickAsync();
        }
    }

    [GeneratedRegex(@"requests\s+\d+ \d+ (\d+)")]
    private static partial Regex HandledCounts();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex FailureCount();
}
