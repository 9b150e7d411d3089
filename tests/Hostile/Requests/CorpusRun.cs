using Sluice.Hostile.Data;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Upstreams;

namespace Sluice.Hostile.Requests;

/// <summary>
/// A proxy under attack for one file of the corpus: behind it a recorder for what gets through and another for the canary, which sings all
/// the time.
/// </summary>
public sealed class CorpusRun : IAsyncLifetime
{
    internal const string CanaryPath = "/canary";

    // The middle one of many: on a busy machine single ones say nothing.
    private static readonly TimeSpan CanaryLatencyMax = TimeSpan.FromMilliseconds(50);

    private CorpusFile? _file;

    /// <summary>What sees the requests that get through.</summary>
    internal RecordingUpstream Recorder { get; } = RecordingUpstream.Start("recorder");

    /// <summary>What answers the canary.</summary>
    internal RecordingUpstream CanaryOrigin { get; } = RecordingUpstream.Start("canary");

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy { get; private set; } = null!;

    /// <summary>The canary.</summary>
    internal Canary Canary { get; private set; } = null!;

    /// <summary>How many requests the cases so far should have got through.</summary>
    internal int ForwardsExpected { get; set; }

    /// <summary>How many access-log lines the cases so far should have left.</summary>
    internal int LinesExpected { get; set; }

    /// <summary>Access-log lines that are not the canary's.</summary>
    internal static bool IsOfCase(AccessLogEntry entry) => entry.Path != CanaryPath;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The invariants hold at the end of the file too: what came late would show here.</summary>
    public async Task DisposeAsync()
    {
        if (_file is not null)
        {
            await Canary.ExpectAliveAsync();
            await Canary.DisposeAsync();
            await Proxy.DisposeAsync();
            Assert.Empty(Canary.Failures);
            Assert.InRange(Canary.LatencyAt(0.5), TimeSpan.Zero, CanaryLatencyMax);
            Assert.Equal(ForwardsExpected, Recorder.RequestCount);
            Assert.Empty(Recorder.Deviations);
        }

        await Recorder.DisposeAsync();
        await CanaryOrigin.DisposeAsync();
    }

    /// <summary>Starts everything with the limits of a file, once.</summary>
    internal CorpusFile Start(string fileName)
    {
        if (_file is not null)
        {
            return _file;
        }

        CorpusFile file = CorpusFile.Load(fileName);
        Start(file.Limits);
        _file = file;
        return file;
    }

    private void Start(ProxyLimits limits)
    {
        var canary = new UpstreamPlan { Name = "canary", Servers = [CanaryOrigin.Plan] };
        var setup = new ProxySetup
        {
            Limits = limits,
            Routes =
            [
                new RoutePlan { Name = "canary", Paths = [new PathMatch(CanaryPath, IsPrefix: false)], Action = new ProxyAction(canary) },
            ],
            OtherUpstreams = [canary],
        };
        Proxy = ProxyFixture.Start(setup, new Transcript(), Recorder.Plan);
        Canary = Canary.Start(Proxy.EndPoint, CanaryPath, TimeSpan.FromMilliseconds(20));
    }
}
