using Sluice.Proxy.Http2;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Upstreams;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>
/// The stage of an attack over HTTP/2: a proxy with one worker, behind it a recorder for what gets through, and beside it two canaries that
/// sing all the time, one over HTTP/1.1 and one over HTTP/2, on the attacker's own loop. A third one has a proxy to itself: what it waits for is the machine.
/// </summary>
internal sealed class AttackStage : IAsyncDisposable
{
    private const string CanaryPath = "/canary";

    // What a canary may wait, the middle one of many, beyond what a busy machine lets everybody wait: the control's, this many times, whose proxy has nothing else to do.
    private const int ControlsMax = 10;

    // The first songs say how long it takes to compile the singers.
    private const int SongsMin = 6;

    private static readonly TimeSpan CanaryLatencyMax = TimeSpan.FromMilliseconds(250);

    // Half of what the proxy says of a loop that it was busy.
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(500);

    private readonly RecordingUpstream _canaryOrigin = RecordingUpstream.Start("canary");
    private readonly Canary[] _canaries;
    private readonly Canary _control;
    private readonly ProxyFixture _quiet;

    private AttackStage(ProxySetup setup, RecordingUpstream recorder)
    {
        Recorder = recorder;
        var canary = new UpstreamPlan { Name = "canary", Servers = [_canaryOrigin.Plan] };
        var route = new RoutePlan
        {
            Name = "canary", Paths = [new PathMatch(CanaryPath, IsPrefix: false)], Action = new ProxyAction(canary), Limits = new ProxyLimits(),
        };
        ProxySetup whole = setup with
        {
            Http2 = setup.Tls is null ? Http2Mode.PriorKnowledge : Http2Mode.Negotiated,
            Routes = [route, .. setup.Routes],
            OtherUpstreams = [canary, .. setup.OtherUpstreams],
        };
        Proxy = ProxyFixture.Start(whole, Transcript, recorder.Plan);
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        _canaries = setup.Tls is null
            ? [Canary.Start(Proxy.EndPoint, CanaryPath, pause), Canary.StartHttp2(Proxy.EndPoint, path: CanaryPath, pause: pause)]
            : [Canary.StartHttp2(Proxy.EndPoint, "canary.test", CanaryPath, pause)];
        _quiet = ProxyFixture.Start(new ProxySetup(), new Transcript(), _canaryOrigin.Plan);
        _control = Canary.Start(_quiet.EndPoint, CanaryPath, pause);
    }

    /// <summary>What all sides did.</summary>
    internal Transcript Transcript { get; } = new();

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy { get; }

    /// <summary>What sees the requests that get through.</summary>
    internal RecordingUpstream Recorder { get; }

    /// <summary>Starts everything. The recorder answers each request with 200.</summary>
    internal static AttackStage Start(ProxyLimits? limits = null, TlsPlan? tls = null) => Start(new ProxySetup { Limits = limits ?? new ProxyLimits(), Tls = tls });

    /// <summary>The same with more said about the proxy.</summary>
    internal static AttackStage Start(ProxySetup setup) => new(setup, RecordingUpstream.Start());

    /// <summary>The same with a recorder that never answers.</summary>
    internal static AttackStage StartSilent(ProxyLimits? limits = null) => StartSilent(new ProxySetup { Limits = limits ?? new ProxyLimits() });

    /// <summary>The same with more said about the proxy.</summary>
    internal static AttackStage StartSilent(ProxySetup setup) => new(setup, RecordingUpstream.Start(_ => []));

    /// <summary>The same with a recorder that answers each request with this much content.</summary>
    internal static AttackStage StartLarge(int contentBytes, ProxyLimits? limits = null)
    {
        byte[] answer = [.. Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Length: {contentBytes}\r\n\r\n"), .. new byte[contentBytes]];
        return new AttackStage(new ProxySetup { Limits = limits ?? new ProxyLimits() }, RecordingUpstream.Start(_ => [answer]));
    }

    /// <summary>Connects an attacker, with the proxy's SETTINGS read.</summary>
    internal Task<Http2Peer> ConnectAsync(params (SettingKind Kind, uint Value)[] settings) => ConnectAsync(new Http2PeerOptions { Settings = settings });

    /// <summary>The same with more said about it.</summary>
    internal async Task<Http2Peer> ConnectAsync(Http2PeerOptions options)
    {
        Http2Peer client = await Proxy.ConnectHttp2Async(options with { Name = "attacker" });
        await client.RoundTripAsync();
        return client;
    }

    /// <summary>Sends a block this often, or until the proxy closes, and reads all the while, up to the end: the proxy has to close.</summary>
    internal static async Task FloodAsync(Http2Peer client, byte[] block, int times)
    {
        client.Answers = false;
        client.Checks = false;
        Task reading = client.ReadToEndAsync();
        await client.FloodAsync(block, times);
        await reading;
    }

    /// <summary>Waits until the proxy has said why: counted in its metrics, and said in its messages.</summary>
    /// <param name="reasons">The names of faults of which each would do.</param>
    internal async Task ExpectReasonAsync(params string[] reasons)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!reasons.Any(HasReason))
        {
            if (deadline.IsCancellationRequested)
            {
                string counted = string.Join(' ', Http2Faults.All.Where(fault => Proxy.Server.Http2FaultsOf(fault) > 0).Select(Http2Faults.NameOf));
                throw new ScriptException($"nothing says {string.Join(" or ", reasons)}; counted: {counted}\n{string.Join('\n', Proxy.Messages.Lines.TakeLast(10))}", Transcript);
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>The proxy's buffers that are in use, in bytes.</summary>
    internal long BufferBytes => Proxy.Server.Loops.Sum(loop => loop.Buffers.OutstandingBytes);

    /// <summary>Waits until this many requests got through.</summary>
    internal async Task ExpectRequestsAsync(int count)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Recorder.RequestCount < count)
        {
            Assert.False(deadline.IsCancellationRequested, $"{Recorder.RequestCount} requests got through instead of {count}");
            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until nothing of the attack is left at the upstream: no request in progress.</summary>
    internal async Task ExpectUpstreamIdleAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Proxy.Server.Servers.Any(server => server.UpstreamName == ProxySetup.UpstreamName && server.ActiveRequests > 0))
        {
            Assert.False(deadline.IsCancellationRequested, "requests of the attack are still in progress at the upstream");
            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Everybody else was and is served, and the proxy reports no bug.</summary>
    internal async Task ExpectHealthyAsync()
    {
        await Task.WhenAll(_canaries.Append(_control).Select(ExpectSongsAsync));
        foreach (Canary canary in _canaries)
        {
            Assert.Empty(canary.Failures);
            Assert.InRange(canary.LatencyAt(0.5), TimeSpan.Zero, CanaryLatencyMax + (ControlsMax * _control.LatencyAt(0.5)));
        }

        // The loop itself was never held up for long. Where everything was, that says nothing about the loop: the control's next song tells.
        if (Proxy.Messages.Stalls is { Count: > 0 } stalls)
        {
            await _control.ExpectAliveAsync();
            Assert.True(_control.LongestSilence >= PauseMax, string.Join('\n', stalls));
        }

        Assert.Empty(Recorder.Deviations);
        Proxy.ExpectNoBugs();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Canary canary in _canaries)
        {
            await canary.DisposeAsync();
        }

        await _control.DisposeAsync();
        await _quiet.DisposeAsync();
        await Proxy.DisposeAsync();
        await Recorder.DisposeAsync();
        await _canaryOrigin.DisposeAsync();
    }

    private static async Task ExpectSongsAsync(Canary canary)
    {
        do
        {
            await canary.ExpectAliveAsync();
        }
        while (canary.Successes < SongsMin);
    }

    private bool HasReason(string reason) =>
        Proxy.Server.Http2FaultsOf(Http2Faults.All.Single(fault => Http2Faults.NameOf(fault) == reason)) > 0
        && Proxy.Messages.Lines.Any(line => line.StartsWith(reason + ":", StringComparison.Ordinal));
}
