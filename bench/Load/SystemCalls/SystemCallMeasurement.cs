using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Processes;
using Sluice.Load.Reports;
using Sluice.Load.Rows;

namespace Sluice.Load.SystemCalls;

/// <summary>`syscalls`: system calls per kept-alive request. A tracer slows the proxy down, so more requests share a wake-up than usual.</summary>
internal static class SystemCallMeasurement
{
    private const int TracedSeconds = 4;
    private const int ShownMax = 6;
    private const double Goal = 4.2;

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        IReadOnlyList<IContenderLauncher> field = await Field.PrepareAsync(options, workspace, stop);
        using Contender origin = Origin.Start(workspace, 1, null);
        await origin.WaitUntilReadyAsync(stop);
        var setup = new ContenderSetup(workspace, origin.Port, 1, null);
        var samples = new List<SystemCallSample>();
        foreach (IContenderLauncher launcher in field)
        {
            samples.Add(await MeasureAsync(launcher, setup, stop));
        }

        Print(samples);
        await JsonReport.WriteAsync(options.JsonPath, machine, samples, stop);
        return 0;
    }

    private static async Task<SystemCallSample> MeasureAsync(IContenderLauncher launcher, ContenderSetup setup, CancellationToken stop)
    {
        LoadRow row = RowCatalogue.Http1[0];
        using Contender contender = launcher.Start(setup);
        await contender.WaitUntilReadyAsync(stop);
        await Wrk.RunAsync(setup.Workspace, row, contender.Url(row.Path), launcher.Name == "sluice" ? 8 : 1, null, stop);

        using SystemCallTrace trace = await SystemCallTrace.AttachAsync(setup.Workspace, contender, stop);
        WrkResult load = await Wrk.RunAsync(setup.Workspace, row, contender.Url(row.Path), TracedSeconds, null, stop);
        contender.ThrowIfEnded();
        contender.Dispose();
        if (SampleCheck.Refuse(row, load) is string reason)
        {
            throw new BenchException($"{launcher.Name}: {reason}");
        }

        return new SystemCallSample(launcher.Name, load.Requests, await trace.ReadAsync(stop));
    }

    private static void Print(List<SystemCallSample> samples)
    {
        Console.WriteLine();
        Console.WriteLine($"system calls per request, GET 100 B over {Wrk.Connections} kept-alive connections, all threads and processes");
        TextTable.Print(
            ["", "per request", "requests", "goal"],
            [.. samples.Select(sample => new[]
            {
                sample.Contender, sample.PerRequest.ToString("0.00"), sample.Requests.ToString(),
                sample.Contender != "sluice" ? "" : $"<= {Goal}: {(sample.PerRequest <= Goal ? "met" : "MISSED")}",
            })]);
        foreach (SystemCallSample sample in samples)
        {
            IEnumerable<string> most = sample.Calls.OrderByDescending(call => call.Value).Take(ShownMax)
                .Select(call => $"{call.Key} {(double)call.Value / sample.Requests:0.000}");
            Console.WriteLine($"  {sample.Contender}: {string.Join(", ", most)}");
        }
    }
}
