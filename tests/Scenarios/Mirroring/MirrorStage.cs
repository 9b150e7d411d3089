using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Mirroring;

/// <summary>A proxy whose only route goes to one server and is copied to another one, the shadow. Both are scripted.</summary>
internal sealed class MirrorStage : IAsyncDisposable
{
    private const string Route = "copied";

    private readonly Func<MirrorPlan, MirrorPlan> _change;

    private MirrorStage(ProxyLimits? limits, Func<MirrorPlan, MirrorPlan>? change, ServerPlan? primary, ServerPlan? shadow)
    {
        _change = change ?? (mirror => mirror);
        Primary = ScriptedUpstream.Start(Transcript, "primary");
        Shadow = ScriptedUpstream.Start(Transcript, "shadow");
        var setup = new ProxySetup
        {
            Http2 = Http2Mode.PriorKnowledge,
            Routes = [RouteOf(primary ?? Primary.Plan, shadow ?? Shadow.Plan)],
            OtherUpstreams = [PrimaryOf(primary ?? Primary.Plan), ShadowOf(shadow ?? Shadow.Plan)],
        };
        Proxy = ProxyFixture.Start(limits is null ? setup : setup with { Limits = limits }, Transcript);
    }

    internal Transcript Transcript { get; } = new();

    internal ScriptedUpstream Primary { get; }

    internal ScriptedUpstream Shadow { get; }

    internal ProxyFixture Proxy { get; }

    internal MirrorCounts Counts => Proxy.Server.MirrorCountsOf(Route);

    internal long Requests => Proxy.Server.RequestsOf(Route);

    /// <summary>Starts it, perhaps with other settings, and with other servers than the scripted ones.</summary>
    internal static MirrorStage Begin(
        Func<MirrorPlan, MirrorPlan>? change = null, ProxyLimits? limits = null, ServerPlan? primary = null, ServerPlan? shadow = null) =>
        new(limits, change, primary, shadow);

    /// <summary>Sends a request over a fresh connection, and lets the primary answer it. The primary's connection stays open.</summary>
    internal async Task<(ScriptedClient Client, ScriptedServerConnection Primary)> AskAsync(string request = Story.Get)
    {
        ScriptedClient client = await Proxy.ConnectAsync();
        await client.SendAsync(request);
        ScriptedServerConnection primary = await Primary.AcceptAsync();
        await primary.ServeAsync("primary");
        string method = request.Split(' ')[0];
        Assert.Equal(method == "HEAD" ? "" : "primary", (await client.ReadResponseAsync(method)).Text);
        return (client, primary);
    }

    /// <summary>Waits until copies have come to these ends.</summary>
    internal async Task ExpectCountsAsync(long sent = 0, long dropped = 0, long failed = 0)
    {
        var expected = new MirrorCounts(sent, dropped, failed);
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Counts != expected)
        {
            Assert.False(deadline.IsCancellationRequested, $"{Counts} instead of {expected}\n{Transcript}");
            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Reloads without the copies.</summary>
    internal void StopMirroring()
    {
        ProxyPlan plan = Proxy.Server.Plan;
        Proxy.Server.Reload(plan with { Routes = [plan.Routes[0] with { Mirror = null }], Upstreams = [plan.Upstreams[0]] });
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Primary.DisposeAsync();
        await Shadow.DisposeAsync();
    }

    private static UpstreamPlan PrimaryOf(ServerPlan server) => new() { Name = "primary", Servers = [server] };

    private static UpstreamPlan ShadowOf(ServerPlan server) => new() { Name = "shadow", Servers = [server] };

    private RoutePlan RouteOf(ServerPlan primary, ServerPlan shadow) => new()
    {
        Name = Route,
        Action = new ProxyAction(PrimaryOf(primary)),
        Mirror = _change(new MirrorPlan(ShadowOf(shadow))),
    };
}
