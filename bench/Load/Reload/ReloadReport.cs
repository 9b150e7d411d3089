using Sluice.Load.Processes;
using Sluice.Load.Reports;

namespace Sluice.Load.Reload;

/// <summary>All that `reload` found, as it is written to the raw data; a half that did not run is null.</summary>
internal sealed record ReloadReport(
    ReloadOptions Options, LoadedResult? Loaded, MemoryResult? Memory, IReadOnlyDictionary<string, long> Failures, IReadOnlyCollection<string> Examples)
{
    private const double MemoryGoal = 1.02;

    public void Print()
    {
        Console.WriteLine();
        PrintLoaded();
        PrintMemory();
        PrintFailures();
    }

    private static void PrintTimes(IReadOnlyList<ReloadSample> samples)
    {
        double[] seen = [.. samples.Select(sample => sample.Milliseconds).OfType<double>()];
        string times = seen.Length == 0 ? "none was seen" : $"median {RatioSummary.Middle(seen):0.0} ms, max {seen.Max():0.0} ms";
        Console.WriteLine($"  from SIGHUP to the first answer of the new generation: {times}");
    }

    private void PrintLoaded()
    {
        if (Loaded is null)
        {
            return;
        }

        Console.WriteLine($"{Loaded.Samples.Count} reloads in {Options.Seconds} s under full load, {Options.Routes} routes besides, "
            + $"{Loaded.Refused} invalid files refused in between");
        Console.WriteLine($"  requests kept alive: {Loaded.KeepAlive.Requests} ({Loaded.KeepAlive.RequestsPerSecond:0}/s)");
        Console.WriteLine($"  requests on new connections: {Loaded.NewConnections}");
        Console.WriteLine($"  WebSocket messages: {Loaded.Messages}, over {Options.WebSockets} connections");
        Console.WriteLine($"  slow downloads that arrived whole: {Loaded.Downloads} of {Options.Downloads}");
        PrintTimes(Loaded.Samples);
    }

    private void PrintMemory()
    {
        if (Memory is null)
        {
            return;
        }

        Console.WriteLine($"{Memory.Samples.Count} reloads without pause under light traffic, {Options.Routes} routes besides, "
            + $"{Memory.Refused} invalid files refused in between");
        PrintTimes(Memory.Samples);
        TextTable.Print(
            ["without traffic", "before", "after", "ratio", "goal"],
            [
                Line("resident memory, min KB", readings => MemoryResult.MinBytes(readings), MemoryGoal),
                Line("resident memory, median KB", MemoryResult.MedianBytes, MemoryGoal),
                ["threads, median", Middle(Memory.Before, reading => reading.Threads), Middle(Memory.After, reading => reading.Threads), "", ""],
                ["descriptors, median", Middle(Memory.Before, reading => reading.Descriptors), Middle(Memory.After, reading => reading.Descriptors), "", ""],
            ]);
        string course = string.Join(", ", Memory.Course.Select(reading => reading.ResidentBytes >> 10));
        Console.WriteLine($"  resident memory after each tenth of the reloads, under traffic, KB: {course}");
    }

    private string[] Line(string title, Func<IReadOnlyList<ProcessFootprint>, double> bytes, double goal)
    {
        double before = bytes(Memory!.Before);
        double after = bytes(Memory.After);
        double ratio = after / before;
        string verdict = $"<= {goal:0.00}: {(ratio <= goal ? "met" : "MISSED")}";
        return [title, (before / 1024).ToString("0"), (after / 1024).ToString("0"), ratio.ToString("0.000"), verdict];
    }

    private static string Middle(IReadOnlyList<ProcessFootprint> readings, Func<ProcessFootprint, int> value) =>
        RatioSummary.Middle([.. readings.Select(reading => (double)value(reading))]).ToString("0");

    private void PrintFailures()
    {
        Console.WriteLine($"failures: {Failures.Values.Sum()}");
        TextTable.Print(["kind", "count"], [.. Failures.Select(kind => new[] { kind.Key, kind.Value.ToString() })]);
        foreach (string example in Examples)
        {
            Console.WriteLine($"  {example}");
        }
    }
}
