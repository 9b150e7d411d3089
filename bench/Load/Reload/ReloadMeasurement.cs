using Sluice.Load.Contenders;
using Sluice.Load.Processes;
using Sluice.Load.Reports;

namespace Sluice.Load.Reload;

/// <summary>`reload`: what reloads break (nothing, it is hoped), how long one takes, and what many of them leave behind.</summary>
internal static class ReloadMeasurement
{
    /// <returns>0 when nothing failed, otherwise 1.</returns>
    public static async Task<int> RunAsync(ReloadOptions options, CancellationToken stop)
    {
        if (!options.Includes(ReloadOptions.LoadHalf) && !options.Includes(ReloadOptions.MemoryHalf))
        {
            throw new BenchException($"no half '{options.Only}'; halves: {ReloadOptions.LoadHalf}, {ReloadOptions.MemoryHalf}");
        }

        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        SluiceProxy proxy = await SluiceProxy.PrepareAsync(options.SluicePath, workspace, stop);
        var failures = new FailureTally();
        LoadedResult? loaded = null;
        MemoryResult? memory = null;
        if (options.Includes(ReloadOptions.LoadHalf))
        {
            using ReloadBed bed = await ReloadBed.StartAsync(workspace, proxy, options, failures, stop);
            loaded = await LoadedReloads.RunAsync(bed, options, failures, stop);
        }

        if (options.Includes(ReloadOptions.MemoryHalf))
        {
            using ReloadBed bed = await ReloadBed.StartAsync(workspace, proxy, options, failures, stop);
            memory = await RepeatedReloads.RunAsync(bed, options, failures, stop);
        }

        var report = new ReloadReport(options, loaded, memory, failures.Counts, failures.Examples);
        report.Print();
        await JsonReport.WriteAsync(options.JsonPath, machine, [report], stop);
        return failures.Total == 0 ? 0 : 1;
    }
}
