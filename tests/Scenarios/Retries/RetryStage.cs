using Sluice.Proxy.Plans;
using Sluice.Proxy.Retries;

namespace Sluice.Scenarios.Retries;

/// <summary>A proxy in front of one upstream with two scripted servers, of which the first gets every request that it has not failed.</summary>
internal sealed class RetryStage : IAsyncDisposable
{
    internal static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);

    private RetryStage(RetryPlan retries, ProxyLimits? limits, Func<ServerPlan, ServerPlan, ServerPlan[]> servers)
    {
        One = ScriptedUpstream.Start(Transcript, "one");
        Two = ScriptedUpstream.Start(Transcript, "two");
        var setup = new ProxySetup
        {
            Balance = new BalancePlan(BalancePolicy.First),
            Route = route => route with { Retries = retries },
            Http2 = Http2Mode.PriorKnowledge,
        };
        Proxy = ProxyFixture.Start(limits is null ? setup : setup with { Limits = limits }, Transcript, servers(One.Plan, Two.Plan));
    }

    internal Transcript Transcript { get; } = new();

    internal ScriptedUpstream One { get; }

    internal ScriptedUpstream Two { get; }

    internal ProxyFixture Proxy { get; }

    /// <summary>What was counted.</summary>
    internal UpstreamRetries Retries => Proxy.Server.Retries[ProxySetup.UpstreamName];

    /// <summary>Retries after some statuses, with hardly a pause.</summary>
    internal static RetryPlan On(params StatusSpan[] statuses) => On(RetryConditions.None, statuses);

    /// <summary>Retries after some ends, likewise.</summary>
    internal static RetryPlan On(RetryConditions conditions, params StatusSpan[] statuses) =>
        new() { On = new RetryTriggers(conditions, [.. statuses]), BackoffBaseMs = 1, BackoffMaxMs = 1 };

    internal static RetryStage Begin(RetryPlan retries, ProxyLimits? limits = null) => new(retries, limits, (one, two) => [one, two]);

    /// <summary>The same with other servers.</summary>
    internal static RetryStage BeginWith(RetryPlan retries, Func<ServerPlan, ServerPlan, ServerPlan[]> servers) => new(retries, null, servers);

    /// <summary>Sends a request over a fresh connection, and has the first server read all of it.</summary>
    internal async Task<(ScriptedClient Client, ScriptedServerConnection Server, HttpRequest Request)> OpenAsync(string request = Story.Get)
    {
        ScriptedClient client = await Proxy.ConnectAsync();
        await client.SendAsync(request);
        ScriptedServerConnection server = await One.AcceptAsync();
        return (client, server, await server.ReadRequestAsync());
    }

    /// <summary>The only line of the access log.</summary>
    internal async Task<AccessLogEntry> LogLineAsync() => (await Proxy.AccessLog.WaitForAsync(_ => true))[0];

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await One.DisposeAsync();
        await Two.DisposeAsync();
    }
}
