using Sluice.Hostile.Data;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Upstreams;

namespace Sluice.Hostile.Requests;

/// <summary>
/// A proxy under attack for one file of the corpus: behind it a recorder for what gets through and another for the canary, which sings all
/// the time. A second one has a proxy to itself: what it waits for is the machine.
/// </summary>
public sealed class CorpusRun : IAsyncLifetime
{
    internal const string CanaryPath = "/canary";

    // The middle one of many, beyond what a busy machine lets everybody wait: the control's, this many times, whose proxy has nothing else to do.
    private const int ControlsMax = 10;

    // The first songs say how long it takes to compile the singers; a short file is over before there are others.
    private const int SongsMin = 10;

    private static readonly TimeSpan CanaryLatencyMax = TimeSpan.FromMilliseconds(50);

    private CorpusFile? _file;
    private Canary? _control;
    private ProxyFixture? _quiet;

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

    /// <summary>Whether the case before may have left a part of a request on its way to the recorder.</summary>
    internal bool HasParts { get; set; }

    /// <summary>Access-log lines that are not the canary's.</summary>
    internal static bool IsOfCase(AccessLogEntry entry) => entry.Path != CanaryPath;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The invariants hold at the end of the file too: what came late would show here.</summary>
    public async Task DisposeAsync()
    {
        if (_file is not null)
        {
            await ExpectSongsAsync(Canary);
            await ExpectSongsAsync(_control!);
            await Canary.DisposeAsync();
            await _control!.DisposeAsync();
            await _quiet!.DisposeAsync();
            await Proxy.DisposeAsync();
            Assert.Empty(Canary.Failures);
            Assert.InRange(Canary.LatencyAt(0.5), TimeSpan.Zero, CanaryLatencyMax + (ControlsMax * _control.LatencyAt(0.5)));
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

    /// <summary>Waits until the recorder has got more than so many bytes.</summary>
    internal async Task ExpectBytesAsync(long before)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (Recorder.BytesReceived <= before)
        {
            Assert.False(deadline.IsCancellationRequested, "nothing of the request gets to the upstream");
            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until the recorder has read all that the proxy sent to it and then gave up: no connection is open but those that the proxy keeps.</summary>
    internal async Task ExpectPartsReadAsync()
    {
        // A client may know that it was refused a moment before the proxy closes its connection to the recorder.
        await Proxy.SettleAsync();
        await Recorder.ExpectAcceptedAsync();
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        ServerState server = Proxy.Server.Servers.Single(server => server.UpstreamName == ProxySetup.UpstreamName);
        while (Recorder.OpenConnections != server.Connections)
        {
            Assert.False(deadline.IsCancellationRequested, $"{Recorder.OpenConnections} connections are open at the upstream, {server.Connections} at the proxy");
            await ticks.WaitForNextTickAsync();
        }
    }

    private static async Task ExpectSongsAsync(Canary canary)
    {
        do
        {
            await canary.ExpectAliveAsync();
        }
        while (canary.Successes < SongsMin);
    }

    private void Start(ProxyLimits limits)
    {
        var canary = new UpstreamPlan { Name = "canary", Servers = [CanaryOrigin.Plan] };
        var setup = new ProxySetup
        {
            Limits = limits,
            Routes =
            [
                new RoutePlan
                {
                    Name = "canary", Paths = [new PathMatch(CanaryPath, IsPrefix: false)], Action = new ProxyAction(canary), Limits = new ProxyLimits(),
                },
            ],
            OtherUpstreams = [canary],
        };
        Proxy = ProxyFixture.Start(setup, new Transcript(), Recorder.Plan);
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        Canary = Canary.Start(Proxy.EndPoint, CanaryPath, pause);
        _quiet = ProxyFixture.Start(new ProxySetup(), new Transcript(), CanaryOrigin.Plan);
        _control = Canary.Start(_quiet.EndPoint, CanaryPath, pause);
    }
}
