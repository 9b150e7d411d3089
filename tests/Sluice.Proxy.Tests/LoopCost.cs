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

    /// <summary>Asks a loop.</summary>
    public static Task<LoopCost> MeasureAsync(EventLoop loop) =>
        LoopGroup.InvokeAsync(loop, own => new LoopCost(GC.GetAllocatedBytesForCurrentThread(), own.Counters.Calls));

    /// <summary>Fails unless so many requests cost no more than bench/budgets.json says.</summary>
    public static void AssertWithinBudget(string name, LoopCost before, LoopCost after, int requests)
    {
        (double bytesMax, double callsMax) = ReadBudget(name);
        double bytes = Math.Max(0, after.Bytes - before.Bytes - MeasurementBytes) / requests;
        double calls = (after.Calls - before.Calls) / (double)requests;
        Assert.True(bytes <= bytesMax, $"{name}: {bytes:f2} bytes allocated per request, budget {bytesMax}");
        Assert.True(calls <= callsMax, $"{name}: {calls:f2} system calls per request, budget {callsMax}");
    }

    private static (double Bytes, double Calls) ReadBudget(string name)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "budgets.json")));
        JsonElement budget = file.RootElement.GetProperty(name);
        return (budget.GetProperty("allocated_bytes_per_request").GetDouble(), budget.GetProperty("system_calls_per_request").GetDouble());
    }
}
