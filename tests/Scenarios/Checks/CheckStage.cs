using Sluice.Proxy;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Checks;

/// <summary>A proxy whose only server is checked at a scripted port of its own, beside the one that requests go to.</summary>
internal sealed class CheckStage : IAsyncDisposable
{
    /// <summary>A response that says yes.</summary>
    internal const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>A response that says no.</summary>
    internal const string Bad = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    private const int Quick = 20;

    private CheckStage(HealthCheckPlan plan, Func<ProxySetup, ProxySetup> change)
    {
        Upstream = ScriptedUpstream.Start(Transcript);
        Health = ScriptedUpstream.Start(Transcript, "health");
        Plan = plan with { Port = Health.Plan.Address.Port };
        Proxy = ProxyFixture.Start(change(new ProxySetup { HealthCheck = Plan }), Transcript, Upstream.Plan);
    }

    internal Transcript Transcript { get; } = new();

    /// <summary>Where requests go.</summary>
    internal ScriptedUpstream Upstream { get; }

    /// <summary>Where checks go.</summary>
    internal ScriptedUpstream Health { get; }

    internal HealthCheckPlan Plan { get; }

    internal ProxyFixture Proxy { get; }

    internal ServerState Server => Proxy.Server.Servers.Single();

    internal long Checked => Server.Checks.Passed + Server.Checks.Failed;

    /// <summary>Checks that follow each other at once and may take longer than a test.</summary>
    internal static HealthCheckPlan Fast { get; } = new() { Path = "/healthz", IntervalMs = Quick, FastIntervalMs = Quick, TimeoutMs = 20_000, Rise = 1, Fall = 1 };

    /// <summary>Starts it.</summary>
    internal static CheckStage Begin(HealthCheckPlan plan, Func<ProxySetup, ProxySetup>? change = null) => new(plan, change ?? (setup => setup));

    /// <summary>Accepts the next check, and answers it. When it returns, the result is counted and holds.</summary>
    internal async Task<HttpRequest> AnswerAsync(string response)
    {
        long before = Checked;
        ScriptedServerConnection connection = await Health.AcceptAsync();
        HttpRequest request = await connection.ReadHeadAsync();
        await connection.SendAsync(response);
        connection.ShutdownSend();
        await WaitForAsync(_ => Checked > before, "the result of a check");
        await Proxy.SettleAsync();
        return request;
    }

    /// <summary>Answers the next check, and tells what was found.</summary>
    internal async Task<CheckReport> JudgeAsync(string response)
    {
        await AnswerAsync(response);
        return Server.Checks.Last!;
    }

    /// <summary>The first result of checks.</summary>
    internal async Task<CheckReport> ReportAsync()
    {
        await WaitForAsync(server => server.Checks.Last is not null, "the result of a check");
        await Proxy.SettleAsync();
        return Server.Checks.Last!;
    }

    /// <summary>Waits until the server gets requests, or gets none.</summary>
    internal Task ExpectAsync(Availability availability) => WaitForAsync(server => server.Health.Availability == availability, $"{availability}");

    /// <summary>Waits until something holds.</summary>
    internal async Task WaitForAsync(Func<ServerState, bool> holds, string what) => await WaitForAsync(Proxy.Server, () => holds(Server), what);

    /// <summary>Waits until something holds of a proxy's servers.</summary>
    internal static async Task WaitForAsync(SluiceServer server, Func<bool> holds, string what)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds())
        {
            string state = string.Join('\n', server.Servers.Select(known => $"{known.Name} {known.Health.Last} {known.Checks.Last}"));
            Assert.False(deadline.IsCancellationRequested, $"there was no {what} within {Patience.PerStep.TotalSeconds} s\n{state}");
            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Reloads with other checks, or none.</summary>
    internal void Reload(HealthCheckPlan? plan)
    {
        ProxyPlan before = Proxy.Server.Plan;
        UpstreamPlan upstream = before.Upstreams[0] with { HealthCheck = plan };
        Proxy.Server.Reload(before with { Upstreams = [upstream], Routes = [before.Routes[0] with { Action = new ProxyAction(upstream) }] });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
        await Health.DisposeAsync();
    }
}
