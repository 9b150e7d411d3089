using Sluice.Load.Contenders;
using Sluice.Load.Processes;
using Sluice.Load.Reports;

namespace Sluice.Load.Rows;

/// <summary>`h1`: the HTTP/1.1 rows.</summary>
internal static class H1Measurement
{
    public static Task<int> RunAsync(BenchOptions options, CancellationToken stop) => RunAsync(options, RowCatalogue.Http1, stop);

    /// <summary>The same for other rows.</summary>
    public static async Task<int> RunAsync(BenchOptions options, IReadOnlyList<LoadRow> all, CancellationToken stop)
    {
        IReadOnlyList<LoadRow> rows = RowCatalogue.Select(all, options.Only);
        if (Environment.ProcessorCount < 2)
        {
            throw new BenchException("two cores are needed: one for the proxy, one for client and origin");
        }

        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        IReadOnlyList<IContenderLauncher> field = await Field.PrepareAsync(options, workspace, stop);
        if (rows.Any(row => row.Cached))
        {
            field = [.. field, new VarnishProxy()];
        }

        Console.WriteLine($"proxy on core 0, client and origin on core 1; {options.Rounds} rounds of {options.Seconds} s, medians");

        var runner = new RowRunner(options, workspace, field);
        var samples = new List<Sample>();
        bool complete = true;
        foreach (LoadRow row in rows)
        {
            IReadOnlyList<Sample> taken = await runner.RunAsync(row, stop);
            complete &= RowReport.Print(row, taken);
            samples.AddRange(taken);
        }

        await JsonReport.WriteAsync(options.JsonPath, machine, samples, stop);
        return complete ? 0 : 1;
    }
}
