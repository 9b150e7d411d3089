using System.Diagnostics;
using Sluice.Load.Driver;
using Sluice.Load.Rows;

namespace Sluice.Load.Reload;

/// <summary>The first half: reloads at a steady pace under full load.</summary>
internal static class LoadedReloads
{
    private const int NewConnectionLoops = 8;

    /// <summary>After every tenth generation an invalid one comes in between.</summary>
    private const int RefusedEvery = 10;

    /// <summary>The load begins before the first reload and ends after the last.</summary>
    private const int MarginSeconds = 1;

    public static async Task<LoadedResult> RunAsync(ReloadBed bed, ReloadOptions options, FailureTally failures, CancellationToken stop)
    {
        int port = bed.Sluice.Port;
        int seconds = options.Seconds + (2 * MarginSeconds);
        using SlowDownloads downloads = SlowDownloads.Prepare(bed.Sluice, bed.OriginFolder, seconds, failures);
        using EchoClients webSockets = await EchoClients.OpenAsync(port, options.WebSockets, failures);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<long> downloading = downloads.RunAsync(options.Downloads, stop);
        Task<long> echoing = webSockets.RunAsync(end.Token);
        LoadRow row = RowCatalogue.Http1[0];
        Task<WrkResult> keepAlive = Wrk.RunAsync(bed.Workspace, row, bed.Sluice.Url(row.Path), seconds, null, stop);
        Task<long> newConnections = NewConnectionLoad.RunAsync(port, NewConnectionLoops, TimeSpan.Zero, failures, end.Token);
        await Task.Delay(TimeSpan.FromSeconds(MarginSeconds), stop);
        List<ReloadSample> samples = await ReloadAsync(bed.Driver, options, stop);

        // wrk ends by its own clock and does not count what is in flight then; the others finish what they began.
        WrkResult counted = await keepAlive;
        await end.CancelAsync();
        var result = new LoadedResult(counted, await newConnections, await echoing, await downloading, samples, bed.Driver.Refusals);
        bed.Sluice.ThrowIfEnded();
        Add(counted, failures);
        if (failures.Total == 0)
        {
            CheckTraffic(result, options);
        }

        return result;
    }

    private static async Task<List<ReloadSample>> ReloadAsync(ReloadDriver driver, ReloadOptions options, CancellationToken stop)
    {
        var samples = new List<ReloadSample>();
        long start = Stopwatch.GetTimestamp();
        for (int at = 0; at < options.Reloads; at++)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)options.Seconds * at / options.Reloads) - Stopwatch.GetElapsedTime(start);
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, stop);
            samples.Add(await driver.ReloadAsync(stop));
            if (at % RefusedEvery == RefusedEvery / 2)
            {
                await driver.RefuseAsync(stop);
            }
        }

        return samples;
    }

    private static void Add(WrkResult counted, FailureTally failures)
    {
        failures.Add(FailureKind.KeepAliveConnect, counted.ConnectErrors);
        failures.Add(FailureKind.KeepAliveRead, counted.ReadErrors);
        failures.Add(FailureKind.KeepAliveWrite, counted.WriteErrors);
        failures.Add(FailureKind.KeepAliveTimeout, counted.Timeouts);
        failures.Add(FailureKind.KeepAliveStatus, counted.StatusErrors);
    }

    /// <summary>No failures without traffic would prove nothing. With failures there is a report to read, which says why traffic was missing.</summary>
    private static void CheckTraffic(LoadedResult result, ReloadOptions options)
    {
        bool hasTraffic = result.KeepAlive.Requests > options.Seconds
            && result.NewConnections > options.Seconds
            && result.Messages >= (long)options.WebSockets * options.Seconds / 2;
        if (!hasTraffic)
        {
            throw new BenchException(
                $"too little traffic to prove anything: {result.KeepAlive.Requests} requests kept alive, {result.NewConnections} on new connections, "
                + $"{result.Messages} messages");
        }
    }
}
