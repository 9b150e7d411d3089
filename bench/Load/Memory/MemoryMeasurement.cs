using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Processes;
using Sluice.Load.Reports;
using Sluice.Load.Rows;

namespace Sluice.Load.Memory;

/// <summary>`memory`: what a connection costs in resident memory, idle and behind a slow reader.</summary>
internal static class MemoryMeasurement
{
    private const int IdleCountWanted = 10_000;
    private const int SlowCount = 100;
    private const double IdleGoalBytes = 1536;
    private const double SlowGoalBytes = 64 * 1024;
    private const int SampleEveryMs = 50;

    /// <summary>Fewer where descriptors are short: each proxy leaves a quarter of its own for other things.</summary>
    private static readonly int IdleCount = Math.Min(
        IdleCountWanted, Math.Min(OpenFileLimit.Hard() - 500, OpenFileLimit.ForChildren * 7 / 10));

    /// <summary>Buffers that the last request used may be given back late.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        IReadOnlyList<IContenderLauncher> field = await Field.PrepareAsync(options, workspace, stop);
        using Contender origin = Origin.Start(workspace, 1, null);
        await origin.WaitUntilReadyAsync(stop);
        var setup = new ContenderSetup(workspace, origin.Port, 1, null);
        var samples = new List<MemorySample>();
        foreach (IContenderLauncher launcher in field)
        {
            samples.Add(await MeasureAsync(launcher, setup, MeasureIdleAsync, stop));
            samples.Add(await MeasureAsync(launcher, setup, MeasureSlowAsync, stop));
        }

        Print(samples);
        await JsonReport.WriteAsync(options.JsonPath, machine, samples, stop);
        return 0;
    }

    /// <summary>A fresh, warm proxy for each case, so that one case's memory is not the other's.</summary>
    private static async Task<MemorySample> MeasureAsync(
        IContenderLauncher launcher, ContenderSetup setup, Func<Contender, CancellationToken, Task<MemorySample>> measure,
        CancellationToken stop)
    {
        using Contender contender = launcher.Start(setup);
        await contender.WaitUntilReadyAsync(stop);
        LoadRow row = RowCatalogue.Http1[0];
        int warmSeconds = launcher.Name == "sluice" ? 8 : 2;
        await Wrk.RunAsync(setup.Workspace, row, contender.Url(row.Path), warmSeconds, null, stop);
        await Task.Delay(Settle, stop);
        return await measure(contender, stop);
    }

    private static async Task<MemorySample> MeasureIdleAsync(Contender contender, CancellationToken stop)
    {
        long before = ResidentMemory.Read(contender.ProcessId);
        using var connections = new IdleConnections();
        await connections.OpenAsync(contender, IdleCount, stop);
        await Task.Delay(Settle, stop);
        contender.ThrowIfEnded();
        int closed = connections.CountClosed();
        return closed == 0
            ? new MemorySample(contender.Name, "idle", IdleCount, before, ResidentMemory.Read(contender.ProcessId))
            : throw new BenchException($"{contender.Name} closed {closed} of {IdleCount} idle connections");
    }

    private static async Task<MemorySample> MeasureSlowAsync(Contender contender, CancellationToken stop)
    {
        long before = ResidentMemory.Read(contender.ProcessId);
        long peak = before;
        Task clients = SlowClients.RunAsync(contender, SlowCount, stop);
        while (!clients.IsCompleted)
        {
            peak = Math.Max(peak, ResidentMemory.Read(contender.ProcessId));
            await Task.WhenAny(clients, Task.Delay(SampleEveryMs, stop));
        }

        await clients;
        contender.ThrowIfEnded();
        return new MemorySample(contender.Name, "slow", SlowCount, before, peak);
    }

    private static void Print(List<MemorySample> samples)
    {
        Console.WriteLine();
        Console.WriteLine($"idle: after minus before, over {IdleCount} kept-alive connections that had one request each");
        Console.WriteLine($"slow: peak minus before, over {SlowCount} clients that read {Origin.HugeBytes >> 20} MiB each at 1 MiB/s");
        TextTable.Print(
            ["", "case", "before KB", "after KB", "bytes/connection", "goal"],
            [.. samples.Select(sample => new[]
            {
                sample.Contender, sample.Case, (sample.BeforeBytes >> 10).ToString(), (sample.AfterBytes >> 10).ToString(),
                sample.BytesPerConnection.ToString("0"), Goal(sample),
            })]);
    }

    private static string Goal(MemorySample sample)
    {
        double goal = sample.Case == "idle" ? IdleGoalBytes : SlowGoalBytes;
        return sample.Contender != "sluice" ? "" : $"<= {goal:0}: {(sample.BytesPerConnection <= goal ? "met" : "MISSED")}";
    }
}
