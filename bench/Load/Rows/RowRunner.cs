using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Processes;
using Sluice.Load.Tls;

namespace Sluice.Load.Rows;

/// <summary>
/// Runs one row: all contenders run side by side, and take turns under load.
/// 1. Start origin and contenders, check one answer of each.
/// 2. Warm up, Sluice until its hot code is compiled for good.
/// 3. Rounds: every contender once per round, in the same order.
/// </summary>
internal sealed class RowRunner
{
    private const int ProxyCpu = 0;
    private const int ClientCpu = 1;

    /// <summary>The tiered compiler needs calls, and time in the background: both must have passed.</summary>
    private const long WarmRequestsMin = 100_000;
    private const long WarmHandshakesMin = 15_000;
    private const int WarmSeconds = 8;
    private const int WarmRunsMax = 10;

    private readonly BenchOptions _options;
    private readonly Workspace _workspace;
    private readonly IReadOnlyList<IContenderLauncher> _field;

    public RowRunner(BenchOptions options, Workspace workspace, IReadOnlyList<IContenderLauncher> field)
    {
        _options = options;
        _workspace = workspace;
        _field = field;
    }

    public async Task<IReadOnlyList<Sample>> RunAsync(LoadRow row, CancellationToken stop)
    {
        int workers = row.Throughput ? 2 : 1;
        int? proxyCpu = row.Throughput ? null : ProxyCpu;
        int? clientCpu = row.Throughput ? null : ClientCpu;

        // 1. Everyone up and right.
        using Contender origin = Origin.Start(_workspace, workers, clientCpu, row.UpstreamHttp2);
        await origin.WaitUntilReadyAsync(stop);
        var setup = new ContenderSetup(_workspace, origin.Port, workers, proxyCpu)
        {
            Certificate = row.Tls ? CertificateFiles.Create(_workspace, row.RsaKey) : null,
            Http2 = row.Http2,
            UpstreamHttp2 = row.UpstreamHttp2,
            Grpc = row.Grpc,
            Cached = row.Cached,
            OnDisk = row.OnDisk,
            FilesRoot = row.Files ? _workspace.PathOf(Origin.FilesFolder) : null,
            Encoding = row.Encoding,
        };
        var contenders = new List<Contender>();
        try
        {
            foreach (IContenderLauncher launcher in _field.Where(launcher => launcher.CanRun(row)))
            {
                contenders.Add(launcher.Start(setup));
                await contenders[^1].WaitUntilReadyAsync(stop);
                await Preflight.CheckAsync(contenders[^1], row, stop);
            }

            // 2. Warm.
            foreach (Contender contender in contenders)
            {
                await WarmUpAsync(row, contender, clientCpu, stop);
            }

            // 3. In turns.
            var samples = new List<Sample>();
            for (int round = 1; round <= _options.Rounds; round++)
            {
                foreach (Contender contender in contenders)
                {
                    samples.Add(await MeasureAsync(row, contender, round, clientCpu, stop));
                }
            }

            return samples;
        }
        finally
        {
            contenders.ForEach(contender => contender.Dispose());
        }
    }

    private async Task WarmUpAsync(LoadRow row, Contender contender, int? clientCpu, CancellationToken stop)
    {
        bool compiled = contender.Name.StartsWith(SluiceProxy.PlainName, StringComparison.Ordinal);
        long requests = 0;
        for (int run = 0; run < WarmRunsMax; run++)
        {
            WrkResult load = await LoadAsync(row, contender, compiled ? WarmSeconds : 1, clientCpu, stop);
            contender.ThrowIfEnded();
            requests += load.Requests;
            if (!compiled || requests >= (row.Handshake is null && row.Encoding is null ? WarmRequestsMin : WarmHandshakesMin))
            {
                return;
            }
        }

        throw new BenchException($"{contender.Name} completed only {requests} requests of row {row.Key} while warming up");
    }

    private Task<WrkResult> LoadAsync(LoadRow row, Contender contender, int seconds, int? cpu, CancellationToken stop) => row.Handshake is { } kind
        ? HandshakeCommand.RunChildAsync(contender.Port, seconds, kind, cpu, stop)
        : row.Http2 ? H2Load.RunAsync(_workspace, row, contender.Url(row.Path), seconds, cpu, stop)
        : Wrk.RunAsync(_workspace, row, contender.Url(row.Path), seconds, cpu, stop);

    private async Task<Sample> MeasureAsync(LoadRow row, Contender contender, int round, int? clientCpu, CancellationToken stop)
    {
        StolenTime stolen = StolenTime.Take();
        CpuReading before = CpuReading.Take(contender.ProcessId);
        WrkResult load = await LoadAsync(row, contender, _options.Seconds, clientCpu, stop);
        contender.ThrowIfEnded();
        CpuTime cpu = CpuReading.Take(contender.ProcessId).Since(before);
        IReadOnlyList<string> marks = SampleCheck.Mark(row, load, cpu, StolenTime.Take().ShareSince(stolen));
        return new Sample(row.Key, contender.Name, round, load, cpu, SampleCheck.Refuse(row, load), marks);
    }
}
