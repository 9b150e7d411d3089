using Sluice.Load.Driver;
using Sluice.Load.Processes;
using Sluice.Load.Rows;

namespace Sluice.Load.Reload;

/// <summary>
/// The second half: memory, threads and descriptors before and after many reloads, one straight after the other. The process is brought into
/// the same condition for both readings, so that nothing but the reloads lies between them:
/// <list type="number">
/// <item>A warm-up of reloads under light traffic, until code is compiled and the heap has found its size.</item>
/// <item>A bout of saturating requests, a pause in which buffers are given back, and then readings without traffic, each after a further cycle
/// of reloads: resident memory swings by a third and more with the collector's own cycle, and single readings would compare its phases.</item>
/// <item>The reloads, under light traffic: requests on new connections and a few WebSockets.</item>
/// <item>The same bout, pause and readings again, at a generation that differs from the first only in its number.</item>
/// </list>
/// </summary>
internal static class RepeatedReloads
{
    /// <summary>
    /// Each of five changes is on or off, or one of three weights; after so many generations all are as before. Reloads are counted in such
    /// cycles, so that the file has the same routes, upstreams and listeners at both readings.
    /// </summary>
    private const int Cycle = 30;

    private const int CourseReadings = 10;

    private const int RefusedEvery = 10;
    private const int BoutSeconds = 5;
    private const int Readings = 20;
    private const int LightLoops = 2;
    private const int LightWebSockets = 4;
    private static readonly TimeSpan LightPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task<MemoryResult> RunAsync(ReloadBed bed, ReloadOptions options, FailureTally failures, CancellationToken stop)
    {
        await ReloadAsync(bed, Cycles(options.WarmReloads), [], failures, stop);
        List<ProcessFootprint> before = await ReadAsync(bed, stop);
        int refusedBefore = bed.Driver.Refusals;
        var course = new List<ProcessFootprint>();
        List<ReloadSample> samples = await ReloadAsync(bed, Cycles(options.MemoryReloads), course, failures, stop);
        int refused = bed.Driver.Refusals - refusedBefore;
        List<ProcessFootprint> after = await ReadAsync(bed, stop);
        bed.Sluice.ThrowIfEnded();
        return new MemoryResult(before, course, after, samples, refused);
    }

    private static int Cycles(int reloads) => (reloads + Cycle - 1) / Cycle * Cycle;

    private static async Task<List<ReloadSample>> ReloadAsync(
        ReloadBed bed, int count, List<ProcessFootprint> course, FailureTally failures, CancellationToken stop)
    {
        using EchoClients webSockets = await EchoClients.OpenAsync(bed.Sluice.Port, LightWebSockets, failures);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<long> echoing = webSockets.RunAsync(end.Token);
        Task<long> requesting = NewConnectionLoad.RunAsync(bed.Sluice.Port, LightLoops, LightPause, failures, end.Token);
        var samples = new List<ReloadSample>();
        for (int at = 0; at < count; at++)
        {
            samples.Add(await bed.Driver.ReloadAsync(stop));
            if (at % RefusedEvery == RefusedEvery / 2)
            {
                await bed.Driver.RefuseAsync(stop);
            }

            if ((at + 1) * CourseReadings / count > at * CourseReadings / count)
            {
                course.Add(ProcessFootprint.Read(bed.Sluice.ProcessId));
            }
        }

        await end.CancelAsync();
        await Task.WhenAll(echoing, requesting);
        return samples;
    }

    private static async Task<List<ProcessFootprint>> ReadAsync(ReloadBed bed, CancellationToken stop)
    {
        LoadRow row = RowCatalogue.Http1[0];
        await Wrk.RunAsync(bed.Workspace, row, bed.Sluice.Url(row.Path), BoutSeconds, null, stop);
        await Task.Delay(Settle, stop);
        var readings = new List<ProcessFootprint>();
        for (int at = 0; at < Readings; at++)
        {
            for (int reload = 0; reload < Cycle; reload++)
            {
                await bed.Driver.ReloadAsync(stop);
            }

            readings.Add(ProcessFootprint.Read(bed.Sluice.ProcessId));
        }

        return readings;
    }
}
