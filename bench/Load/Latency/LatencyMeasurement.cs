using System.Text.Json;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Processes;
using Sluice.Load.Reports;
using Sluice.Load.Rows;

namespace Sluice.Load.Latency;

/// <summary>`latency`: p99 and p99.9 of 100 B requests at half of the rate that saturates nginx.</summary>
internal static class LatencyMeasurement
{
    private const int ProxyCpu = 0;
    private const int ClientCpu = 1;

    /// <summary>A median beyond this is a queue that only grew: the rate was more than proxy, origin or machine could take.</summary>
    private const double KeptUpUsMax = 5000;

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        IReadOnlyList<IContenderLauncher> field = await Field.PrepareAsync(options, workspace, stop);
        using Contender origin = Origin.Start(workspace, 1, ClientCpu);
        await origin.WaitUntilReadyAsync(stop);
        var setup = new ContenderSetup(workspace, origin.Port, 1, ProxyCpu);
        var contenders = new List<Contender>();
        try
        {
            double nginxPeak = 0;
            foreach (IContenderLauncher launcher in field)
            {
                Contender contender = launcher.Start(setup);
                contenders.Add(contender);
                double peak = await WarmUpAsync(workspace, contender, stop);
                nginxPeak = launcher.Name == "nginx" ? peak : nginxPeak;
            }

            int rate = (int)(nginxPeak / 2);
            Console.WriteLine($"{rate} requests per second, {options.Rounds} rounds of {options.Seconds} s");
            IReadOnlyList<LatencySample> samples = await RunRoundsAsync(options, contenders, rate, stop);
            Print(samples);
            await JsonReport.WriteAsync(options.JsonPath, machine, samples, stop);
            return samples.All(sample => sample.Result.Failed == 0) ? 0 : 1;
        }
        finally
        {
            contenders.ForEach(contender => contender.Dispose());
        }
    }

    /// <summary>Requests per second when saturated.</summary>
    private static async Task<double> WarmUpAsync(Workspace workspace, Contender contender, CancellationToken stop)
    {
        await contender.WaitUntilReadyAsync(stop);
        LoadRow row = RowCatalogue.Http1[0];
        int seconds = contender.Name == "sluice" ? 10 : 3;
        return (await Wrk.RunAsync(workspace, row, contender.Url(row.Path), seconds, ClientCpu, stop)).RequestsPerSecond;
    }

    private static async Task<IReadOnlyList<LatencySample>> RunRoundsAsync(
        BenchOptions options, List<Contender> contenders, int rate, CancellationToken stop)
    {
        string self = Path.Combine(AppContext.BaseDirectory, "Load");
        var samples = new List<LatencySample>();
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (Contender contender in contenders)
            {
                string output = await ChildProcess.RunAsync(
                    ClientCpu, TimeSpan.FromSeconds(options.Seconds + 20), self,
                    [OpenLoopCommand.Name, $"{contender.Port}", $"{rate}", $"{options.Seconds}", $"{Wrk.Connections}"], stop);
                contender.ThrowIfEnded();
                LatencyResult result = JsonSerializer.Deserialize<LatencyResult>(output) ?? throw new BenchException(output);
                samples.Add(new LatencySample(contender.Name, round, rate, result));
            }
        }

        return samples;
    }

    private static void Print(IReadOnlyList<LatencySample> samples)
    {
        Console.WriteLine();
        Console.WriteLine("microseconds from when a request was due to its last byte; medians of rounds; ratios within rounds");
        TextTable.Print(
            ["", "p50", "p99", "p99.9", "max", "failed", "p99 vs nginx (min-max)", "p99.9 vs nginx (min-max)"],
            [.. samples.GroupBy(sample => sample.Contender).Select(group => Line(group.Key, [.. group], samples))]);
        foreach (LatencySample sample in samples.Where(sample => sample.Result.P50Us > KeptUpUsMax))
        {
            Console.WriteLine($"  round {sample.Round}, {sample.Contender}: the rate was not kept up, the machine is busy");
        }
    }

    private static string[] Line(string name, LatencySample[] own, IReadOnlyList<LatencySample> all)
    {
        string Median(Func<LatencyResult, double> value) => RatioSummary.Middle([.. own.Select(sample => value(sample.Result))]).ToString("0");
        string Ratio(Func<LatencyResult, double> value) => RatioSummary.Of(
        [
            .. from sample in own
               join peer in all on sample.Round equals peer.Round
               where peer.Contender == "nginx" && name != "nginx"
               select value(sample.Result) / value(peer.Result),
        ])?.ToString() ?? "-";
        return
        [
            name, Median(result => result.P50Us), Median(result => result.P99Us), Median(result => result.P999Us),
            Median(result => result.MaxUs), own.Sum(sample => sample.Result.Failed).ToString(), Ratio(result => result.P99Us),
            Ratio(result => result.P999Us),
        ];
    }
}
