using Sluice.Hostile.Data;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Upstreams;

namespace Sluice.Hostile.Responses;

/// <summary>A proxy in front of an upstream that misbehaves, and of a good one that answers the canary.</summary>
public sealed class UpstreamRun : IAsyncLifetime
{
    private CorpusFile? _file;

    /// <summary>What all sides did, over the whole file.</summary>
    internal Transcript Transcript { get; } = new();

    /// <summary>The upstream that misbehaves.</summary>
    internal ScriptedUpstream Upstream { get; private set; } = null!;

    /// <summary>What answers the canary.</summary>
    internal RecordingUpstream CanaryOrigin { get; } = RecordingUpstream.Start("canary");

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy { get; private set; } = null!;

    /// <summary>The canary.</summary>
    internal Canary Canary { get; private set; } = null!;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_file is not null)
        {
            await Canary.ExpectAliveAsync();
            await Canary.DisposeAsync();
            await Proxy.DisposeAsync();
            await Upstream.DisposeAsync();
            Assert.Empty(Canary.Failures);
        }

        await CanaryOrigin.DisposeAsync();
    }

    /// <summary>Starts everything with the limits of a file, once.</summary>
    internal CorpusFile Start(string fileName)
    {
        if (_file is not null)
        {
            return _file;
        }

        _file = CorpusFile.Load(fileName);
        Upstream = ScriptedUpstream.Start(Transcript);
        var canary = new UpstreamPlan { Name = "canary", Servers = [CanaryOrigin.Plan] };
        var setup = new ProxySetup
        {
            Limits = _file.Limits,
            Routes =
            [
                new RoutePlan
                {
                    Name = "canary", Paths = [new PathMatch("/canary", IsPrefix: false)], Action = new ProxyAction(canary), Limits = new ProxyLimits(),
                },
            ],
            OtherUpstreams = [canary],
        };
        Proxy = ProxyFixture.Start(setup, Transcript, Upstream.Plan);
        Canary = Canary.Start(Proxy.EndPoint, "/canary", TimeSpan.FromMilliseconds(20));
        return _file;
    }
}
