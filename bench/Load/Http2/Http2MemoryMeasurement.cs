using System.Diagnostics;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Memory;
using Sluice.Load.Processes;
using Sluice.Load.Reports;
using Sluice.Load.Rows;

namespace Sluice.Load.Http2;

/// <summary>`h2-memory`: what a connection of HTTP/2 over TLS costs in resident memory when it is idle, and a stream that waits for its response.</summary>
internal static class Http2MemoryMeasurement
{
    private const int IdleCount = 2_000;
    private const int BusyCount = 200;
    private const int StreamsPerConnection = 50;
    private const double IdleGoalBytes = 30 * 1024;
    private const double StreamGoalBytes = 6 * 1024;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ArrivalLimit = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        IReadOnlyList<IContenderLauncher> field = await Field.PrepareAsync(options, workspace, stop);
        using Contender origin = Origin.Start(workspace, 1, null);
        await origin.WaitUntilReadyAsync(stop);
        using SilentOrigin silent = SilentOrigin.Start();
        var setup = new ContenderSetup(workspace, origin.Port, 1, null) { Certificate = CertificateFiles.Create(workspace, isRsa: false), Http2 = true };
        var samples = new List<MemorySample>();
        foreach (IContenderLauncher launcher in field)
        {
            if (options.Only is null or "idle")
            {
                samples.Add(await MeasureIdleAsync(launcher, setup, stop));
            }

            if (options.Only is null or "streams")
            {
                samples.Add(await MeasureStreamsAsync(launcher, setup with { OriginPort = silent.Port }, silent, stop));
            }
        }

        Print(samples);
        await JsonReport.WriteAsync(options.JsonPath, machine, samples, stop);
        return samples.Count > 0 ? 0 : throw new BenchException("no such half; there are: idle, streams");
    }

    private static async Task<MemorySample> MeasureIdleAsync(IContenderLauncher launcher, ContenderSetup setup, CancellationToken stop)
    {
        using Contender contender = await StartWarmAsync(launcher, setup, stop);
        long before = ResidentMemory.Read(contender.ProcessId);
        using var connections = new Http2Connections();
        await connections.OpenAsync(contender.Port, IdleCount);
        await Task.Delay(Settle, stop);
        long after = ResidentMemory.Read(contender.ProcessId);
        await CheckOpenAsync(contender, connections, IdleCount);
        return new MemorySample(contender.Name, "idle", IdleCount, before, after);
    }

    /// <summary>The connections are there before the first reading: what they cost is not the streams'.</summary>
    private static async Task<MemorySample> MeasureStreamsAsync(
        IContenderLauncher launcher, ContenderSetup setup, SilentOrigin silent, CancellationToken stop)
    {
        using Contender contender = await StartWarmAsync(launcher, setup, stop);
        using var connections = new Http2Connections();
        await connections.OpenAsync(contender.Port, BusyCount);
        await Task.Delay(Settle, stop);
        long before = ResidentMemory.Read(contender.ProcessId);
        const int streams = BusyCount * StreamsPerConnection;
        await connections.HoldAsync(StreamsPerConnection);
        await WaitForArrivalAsync(contender, silent, streams, stop);
        await Task.Delay(Settle, stop);
        long after = ResidentMemory.Read(contender.ProcessId);
        await CheckOpenAsync(contender, connections, BusyCount);
        return silent.WaitingCount == streams
            ? new MemorySample(contender.Name, "stream", streams, before, after)
            : throw new BenchException($"{contender.Name} kept {silent.WaitingCount} of {streams} requests waiting");
    }

    private static async Task<Contender> StartWarmAsync(IContenderLauncher launcher, ContenderSetup setup, CancellationToken stop)
    {
        Contender contender = launcher.Start(setup);
        try
        {
            await contender.WaitUntilReadyAsync(stop);
            LoadRow row = RowCatalogue.Http2[0];
            await H2Load.RunAsync(setup.Workspace, row, contender.Url(row.Path), launcher.Name == SluiceProxy.PlainName ? 8 : 2, null, stop);
            await Task.Delay(Settle, stop);
            return contender;
        }
        catch
        {
            contender.Dispose();
            throw;
        }
    }

    private static async Task WaitForArrivalAsync(Contender contender, SilentOrigin silent, int count, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (silent.WaitingCount < count)
        {
            contender.ThrowIfEnded();
            if (Stopwatch.GetElapsedTime(start) > ArrivalLimit)
            {
                throw new BenchException($"{contender.Name} passed {silent.WaitingCount} of {count} requests on");
            }

            await Task.Delay(20, stop);
        }
    }

    private static async Task CheckOpenAsync(Contender contender, Http2Connections connections, int count)
    {
        contender.ThrowIfEnded();
        int open = await connections.CountOpenAsync();
        if (open != count)
        {
            throw new BenchException($"{contender.Name} closed {count - open} of {count} connections");
        }
    }

    private static void Print(List<MemorySample> samples)
    {
        Console.WriteLine();
        Console.WriteLine($"idle: after minus before, over {IdleCount} connections of HTTP/2 over TLS that had one request each");
        Console.WriteLine($"stream: likewise, over {StreamsPerConnection} requests on each of {BusyCount} connections, which wait for an origin of HTTP/1.1");
        TextTable.Print(
            ["", "case", "before KB", "after KB", "bytes each", "goal"],
            [.. samples.Select(sample => new[]
            {
                sample.Contender, sample.Case, (sample.BeforeBytes >> 10).ToString(), (sample.AfterBytes >> 10).ToString(),
                sample.BytesPerConnection.ToString("0"), Goal(sample),
            })]);
    }

    private static string Goal(MemorySample sample)
    {
        double goal = sample.Case == "idle" ? IdleGoalBytes : StreamGoalBytes;
        return sample.Contender != SluiceProxy.PlainName ? "" : $"<= {goal:0}: {(sample.BytesPerConnection <= goal ? "met" : "MISSED")}";
    }
}
