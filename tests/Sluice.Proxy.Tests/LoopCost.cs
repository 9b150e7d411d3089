using System.Diagnostics;
using System.Text.Json;
using Sluice.Reactor;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>What a loop has allocated and called so far.</summary>
/// <param name="Bytes">Bytes allocated by its thread.</param>
/// <param name="Calls">System calls.</param>
internal readonly record struct LoopCost(long Bytes, long Calls)
{
    // The measurement itself posts a message or two to the loop; spread over the requests that is nothing.
    private const double MeasurementBytes = 2_048;
    private const int RunsMin = 5;

    // How many messages share a wait depends on what the machine has for others at that moment, which passes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Asks a loop.</summary>
    public static Task<LoopCost> MeasureAsync(EventLoop loop) =>
        LoopGroup.InvokeAsync(loop, own => new LoopCost(GC.GetAllocatedBytesForCurrentThread(), own.Counters.Calls));

    /// <summary>
    /// Fails unless requests cost no more than bench/budgets.json says, in the best of several runs. What else runs on the machine adds calls, where a message comes in two
    /// pieces or fewer messages share a wait, and never takes one away; the runtime allocates now and then for itself; and it may take some runs until each pool has enough for
    /// the most that ever wait at once. What a request itself costs comes back in each run.
    /// </summary>
    /// <param name="name">Which budget.</param>
    /// <param name="loop">The loop that serves.</param>
    /// <param name="run">Makes the requests, after some that warmed everything up, and says how many there were.</param>
    /// <param name="runsMin">How many runs there may be in any case, and more in 20 s; the first that stays within the budget is the last.</param>
    /// <returns>System calls per request in the run with the fewest.</returns>
    public static async Task<double> AssertWithinBudgetAsync(string name, EventLoop loop, Func<int> run, int runsMin = RunsMin)
    {
        (double bytesMax, double callsMax) = ReadBudget(name);
        double bytes = double.MaxValue;
        double calls = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; (i < runsMin || Stopwatch.GetElapsedTime(start) < Patience) && !(bytes <= bytesMax && calls <= callsMax); i++)
        {
            LoopCost before = await MeasureAsync(loop);
            int requests = run();
            LoopCost after = await MeasureAsync(loop);
            bytes = Math.Min(bytes, Math.Max(0, after.Bytes - before.Bytes - MeasurementBytes) / requests);
            calls = Math.Min(calls, (after.Calls - before.Calls) / (double)requests);
        }

        Assert.True(bytes <= bytesMax, $"{name}: {bytes:f2} bytes allocated per request, budget {bytesMax}");
        Assert.True(calls <= callsMax, $"{name}: {calls:f2} system calls per request, budget {callsMax}");
        return calls;
    }

    private static (double Bytes, double Calls) ReadBudget(string name)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "budgets.json")));
        JsonElement budget = file.RootElement.GetProperty(name);
        return (budget.GetProperty("allocated_bytes_per_request").GetDouble(), budget.GetProperty("system_calls_per_request").GetDouble());
    }
}
