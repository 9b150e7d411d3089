using Sluice.Load.Contenders;
using Sluice.Load.Processes;
using Sluice.Load.Reports;

namespace Sluice.Load.Faults;

/// <summary>`faults`: three nginx under full load, one of which is killed, frozen, cut off and restarted in turn; what clients notice of it.</summary>
internal static class FaultMeasurement
{
    private const int Connections = 64;
    private const int WarmSeconds = 10;
    private const int NormalSeconds = 10;
    private const int FaultSeconds = 8;
    private const int RecoverySeconds = 7;

    // As nobody waits in the first second of a fault for what isn't known yet, it is shown apart.
    private const int FirstSeconds = 1;
    private const double P99RatioMax = 3;

    /// <returns>0 when no request failed and p99 stayed within three times of normal behind the first second of each fault, otherwise 1.</returns>
    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        using var workspace = new Workspace();
        string machine = await MachineReport.DescribeAsync(stop);
        Console.WriteLine(machine);
        SluiceProxy proxy = await SluiceProxy.PrepareAsync(options.SluicePath, workspace, stop);
        using NetworkSpace space = await NetworkSpace.CreateAsync(stop);
        FaultOrigin[] origins = [new FaultOrigin(workspace, null), new FaultOrigin(workspace, null), new FaultOrigin(workspace, space)];
        try
        {
            Array.ForEach(origins, origin => origin.Start());
            int port = Workspace.FreePort();
            using Contender sluice = proxy.StartWith(workspace.Write("faults.yaml", Configuration(port, origins)), port, null);
            await sluice.WaitUntilReadyAsync(stop);
            List<FaultFigures> figures = await LoadAsync(options, new SteadyClient(port, Connections), origins, space, stop);
            sluice.ThrowIfEnded();
            bool isGood = Print(figures);
            await JsonReport.WriteAsync(options.JsonPath, machine, figures, stop);
            return isGood ? 0 : 1;
        }
        finally
        {
            Array.ForEach(origins, origin => origin.Dispose());
        }
    }

    private static string Configuration(int port, FaultOrigin[] origins) => $$"""
        listen: "127.0.0.1:{{port}}"
        access_log: off
        limits: { connect_timeout: 500ms, requests_per_connection: 1000000000 }
        routes:
          - proxy: app
            # A frozen server holds all requests of all clients at once after a moment: by the usual budget only a fifth of them could go elsewhere.
            retries: { attempts: 2, on: [connect_failure, reset, timeout, refused], per_try_timeout: 500ms, budget: { percent: 100 } }
        upstreams:
          app:
            servers: [{{string.Join(", ", origins.Select(origin => $"\"http://{origin.Host}:{origin.Port}\""))}}]
            health_check: { path: /, interval: 1s, timeout: 500ms, rise: 2, fall: 2, fast_interval: 250ms }
            slow_start: 2s
        """;

    private static async Task<List<FaultFigures>> LoadAsync(
        BenchOptions options, SteadyClient client, FaultOrigin[] origins, NetworkSpace space, CancellationToken stop)
    {
        (string Name, Func<Task> Begin, Func<Task> End)[] faults =
        [
            ("kill", () => origins[0].KillAsync(stop), () => StartAsync(origins[0])),
            ("freeze", () => origins[1].FreezeAsync(stop), () => origins[1].ThawAsync(stop)),
            ("blackhole", () => space.SwallowAsync(stop), () => space.ReleaseAsync(stop)),
            ("restart", () => RestartAsync(origins[0], stop), () => Task.CompletedTask),
        ];
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task running = client.RunAsync(ends.Token);
        await Task.Delay(TimeSpan.FromSeconds(WarmSeconds + NormalSeconds), stop);
        var times = new List<(string Name, double Begin, double End)> { ("normal", WarmSeconds, client.NowSeconds) };
        foreach ((string name, Func<Task> begin, Func<Task> end) in faults.Where(fault => options.Only is null || fault.Name == options.Only))
        {
            double at = client.NowSeconds;
            await begin();
            await Task.Delay(TimeSpan.FromSeconds(FaultSeconds), stop);
            times.Add((name, at, client.NowSeconds));
            at = client.NowSeconds;
            await end();
            await Task.Delay(TimeSpan.FromSeconds(RecoverySeconds), stop);
            times.Add(($"after {name}", at, client.NowSeconds));
        }

        await ends.CancelAsync();
        await running;
        return [.. times.SelectMany(time => FiguresOf(client, time.Name, time.Begin, time.End))];
    }

    private static IEnumerable<FaultFigures> FiguresOf(SteadyClient client, string name, double begin, double end) => name == "normal"
        ? [client.Between(name, begin, end)]
        : [client.Between($"{name}, first second", begin, begin + FirstSeconds), client.Between(name, begin + FirstSeconds, end)];

    private static Task StartAsync(FaultOrigin origin)
    {
        origin.Start();
        return Task.CompletedTask;
    }

    private static async Task RestartAsync(FaultOrigin origin, CancellationToken stop)
    {
        await origin.KillAsync(stop);
        origin.Start();
    }

    private static bool Print(List<FaultFigures> figures)
    {
        double normal = figures[0].P99Ms;
        Console.WriteLine();
        Console.WriteLine($"milliseconds per request, {Connections} connections that ask without a pause; p99 against that of the time before");
        TextTable.Print(
            ["", "answered", "failed", "p50", "p99", "max", "p99 ratio"],
            [
                .. figures.Select(row => new[]
                {
                    row.Name, $"{row.Answered}", $"{row.Failed}", $"{row.P50Ms:0.0}", $"{row.P99Ms:0.0}", $"{row.MaxMs:0}", $"{row.P99Ms / normal:0.00}",
                }),
            ]);
        return figures.All(row => row.Failed == 0)
            && figures.Where(row => !row.Name.EndsWith("second", StringComparison.Ordinal)).All(row => row.P99Ms <= P99RatioMax * normal);
    }
}
