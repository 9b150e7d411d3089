using System.Net;
using Sluice.Admin.Control;
using Sluice.Admin.Plans;
using Sluice.Admin.Reloading;
using Sluice.Config.Diagnostics;
using Sluice.Proxy;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Concurrency;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Admin.Api;

/// <summary>What the control API tells about an instance.</summary>
internal static class StatusReports
{
    internal static InstanceStatus StatusOf(ControlledInstance instance)
    {
        SluiceServer server = instance.Server;
        ProxyPlan plan = server.Plan;
        IReadOnlyList<EndPoint> bound = server.EndPoints;
        return new InstanceStatus
        {
            Version = instance.Version,
            Pid = Environment.ProcessId,
            StartedAt = instance.StartedAt,
            UptimeSeconds = Math.Round((DateTimeOffset.UtcNow - instance.StartedAt).TotalSeconds, 3),
            ConfigFile = instance.Source.Path,
            IsWatching = instance.Reloader.IsWatching,
            Workers = server.Loops.Count,
            Listeners = [.. plan.Listeners.Zip(bound, (listener, address) => new ListenerStatus { Address = listener.Text, Bound = TextOf(address) })],
            Connections = server.ConnectionCount,
            Routes = plan.Routes.Count,
            Upstreams = plan.Upstreams.Count,
            Servers = plan.Upstreams.Sum(upstream => upstream.Servers.Count),
            Overload = OverloadReports.StatusOf(server),
            Reload = ReloadOf(instance.Reloader.History),
            Bugs = server.BugCount,
            DroppedLogLines = server.DroppedLogLines,
        };
    }

    internal static IReadOnlyList<RouteStatus> RoutesOf(SluiceServer server) =>
    [
        .. server.Plan.Routes.Select(route => new RouteStatus
        {
            Name = route.Name,
            Match = RouteText.MatchOf(route),
            Action = RouteText.ActionOf(route.Action),
            Requests = server.RequestsOf(route.Name),
        }),
    ];

    internal static IReadOnlyList<UpstreamStatus> UpstreamsOf(SluiceServer server) =>
    [
        .. server.Upstreams.Select(upstream => new UpstreamStatus
        {
            Name = upstream.Plan.Name,
            Balance = PlanWords.SnakeCase(upstream.Plan.Balance.Policy.ToString()),
            Circuit = upstream.Circuit is { } circuit ? CircuitOf(circuit) : null,
            Concurrency = upstream.Concurrency is { } concurrency ? ConcurrencyOf(concurrency) : null,
            Servers = [.. upstream.Members.Select(member => ServerOf(upstream.Plan.Servers[member.Index], member.Server))],
        }),
    ];

    internal static ReloadReport ReportOf(ReloadOutcome outcome, bool isColored) => new()
    {
        IsReloaded = outcome.IsSuccess,
        Summary = outcome.Summary,
        Routes = NamesOf(outcome.Changes?.Routes),
        Upstreams = NamesOf(outcome.Changes?.Upstreams),
        Listeners = NamesOf(outcome.Changes?.Listeners),
        AreOthersChanged = outcome.Changes?.OthersChanged ?? false,
        RestartHints = outcome.RestartHints,
        DiagnosticsText = outcome.Diagnostics.Count == 0 ? "" : DiagnosticRenderer.Render(outcome.Diagnostics, isColored),
        Diagnostics = [.. outcome.Diagnostics.Select(FindingOf)],
    };

    private static ReloadStatus ReloadOf(ReloadHistory history) => new()
    {
        IsLastSuccessful = history.IsLastSuccessful,
        LastSuccessAt = history.LastSuccessAt,
        LastAt = history.Last?.At,
        LastTrigger = history.Last?.Trigger,
        LastSummary = history.Last?.Summary,
        Successes = history.Successes,
        Failures = history.Failures,
    };

    private static ServerStatus ServerOf(ServerPlan plan, ServerState state) => new()
    {
        Address = plan.Address.ToString(),
        Weight = plan.Weight,
        Tier = plan.Tier,
        Availability = PlanWords.SnakeCase(state.Health.Availability.ToString()),
        Administrative = PlanWords.SnakeCase(state.Health.Administrative.ToString()),
        Checks = PlanWords.SnakeCase(state.Health.Checks.ToString()),
        IsEjected = state.Health.IsEjected,
        Reason = state.Health.Last.Reason,
        Since = state.Health.Last.At,
        Ejection = state.Ejection is { } ejection ? EjectionOf(ejection) : null,
        ActiveRequests = state.ActiveRequests,
        Connections = state.Connections,
        LastCheck = state.Checks.Last is { } check ? CheckStatus.Of(check) : null,
        Addresses = [.. state.Targets.Select(target => target.ToString()!)],
    };

    private static EjectionStatus EjectionOf(Ejection ejection) => new()
    {
        Cause = PlanWords.SnakeCase(ejection.Cause.ToString()),
        Reason = ejection.Reason,
        Since = ejection.At,
        Until = ejection.Until,
    };

    private static CircuitStatus CircuitOf(CircuitBreaker circuit) => new()
    {
        State = PlanWords.SnakeCase(circuit.Phase.State.ToString()),
        Reason = circuit.Phase.Reason,
        Since = circuit.Phase.At,
        Opened = circuit.Opened,
    };

    private static ConcurrencyStatus ConcurrencyOf(AdaptiveConcurrency concurrency) => new()
    {
        Limit = concurrency.Limit,
        InFlight = concurrency.InFlight,
        Phase = PlanWords.SnakeCase(concurrency.Phase.ToString()),
        BaselineMs = concurrency.BaselineMicroseconds == 0 ? null : concurrency.BaselineMicroseconds / 1_000d,
        TurnedAway = concurrency.TurnedAway,
    };

    private static FindingReport FindingOf(Diagnostic diagnostic) => new()
    {
        Code = diagnostic.Code.Id,
        Severity = diagnostic.IsError ? "error" : "warning",
        Message = diagnostic.Message,
        File = diagnostic.Location?.Source.FileName,
        Line = diagnostic.Location?.Line,
        Column = diagnostic.Location?.Column,
        Hint = diagnostic.Hint,
        ValidHere = diagnostic.ValidHere,
    };

    private static ChangedNames? NamesOf(PlanChanges? changes) =>
        changes is null ? null : new ChangedNames { Added = changes.Added, Removed = changes.Removed, Changed = changes.Changed };

    private static string TextOf(EndPoint endPoint) => endPoint is IPEndPoint ? $"http://{endPoint}" : $"unix:{endPoint}";
}
