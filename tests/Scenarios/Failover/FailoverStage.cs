using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Failover;

/// <summary>A proxy in front of two upstreams with a scripted server each, of which the second gets what the first has failed.</summary>
internal sealed class FailoverStage : IAsyncDisposable
{
    internal static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);

    private FailoverStage(RetryTriggers on, ServerPlan? eu, Func<RoutePlan, UpstreamPlan, RoutePlan>? change)
    {
        Eu = ScriptedUpstream.Start(Transcript, "eu");
        Us = ScriptedUpstream.Start(Transcript, "us");
        var first = new UpstreamPlan { Name = "eu", Servers = [eu ?? Eu.Plan] };
        var second = new UpstreamPlan { Name = "us", Servers = [Us.Plan] };
        var route = new RoutePlan
        {
            Name = "everything",
            Action = new ProxyAction(first) { Failover = on == None ? null : new FailoverPlan([second], on) },
        };
        var setup = new ProxySetup { Routes = [change is null ? route : change(route, second)], OtherUpstreams = [first, second] };
        Proxy = ProxyFixture.Start(setup, Transcript);
    }

    /// <summary>No failover.</summary>
    internal static RetryTriggers None { get; } = new(RetryConditions.None, []);

    internal Transcript Transcript { get; } = new();

    internal ScriptedUpstream Eu { get; }

    internal ScriptedUpstream Us { get; }

    internal ProxyFixture Proxy { get; }

    /// <summary>Starts it.</summary>
    /// <param name="on">After what.</param>
    /// <param name="eu">The server of the first upstream, if not the scripted one.</param>
    /// <param name="change">The route with something else said of it; gets the second upstream, too.</param>
    internal static FailoverStage Begin(RetryTriggers on, ServerPlan? eu = null, Func<RoutePlan, UpstreamPlan, RoutePlan>? change = null) => new(on, eu, change);

    /// <summary>Takes the server of an upstream out of service.</summary>
    internal void Close(string upstream) =>
        Proxy.Server.Servers.Single(server => server.UpstreamName == upstream).Health.Set(AdministrativeState.Maintenance, "a test");

    /// <summary>Sends a request over a fresh connection.</summary>
    internal async Task<ScriptedClient> SendAsync(string request = Story.Get)
    {
        ScriptedClient client = await Proxy.ConnectAsync();
        await client.SendAsync(request);
        return client;
    }

    /// <summary>The only line of the access log.</summary>
    internal async Task<AccessLogEntry> LogLineAsync() => (await Proxy.AccessLog.WaitForAsync(_ => true))[0];

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Eu.DisposeAsync();
        await Us.DisposeAsync();
    }
}
