using System.Net;
using Sluice.Admin.Control;
using Sluice.Admin.Plans;
using Sluice.Admin.Reloading;
using Sluice.Config.Diagnostics;
using Sluice.Proxy;
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

    internal static IReadOnlyList<UpstreamStatus> UpstreamsOf(SluiceServer server)
    {
        // Between a plan and its states a reload may have come; a server that has no state yet does nothing yet.
        ILookup<string, ServerState> states = server.Servers.ToLookup(state => $"{state.UpstreamName} {state.Name}", StringComparer.Ordinal);
        return
        [
            .. server.Plan.Upstreams.Select(upstream => new UpstreamStatus
            {
                Name = upstream.Name,
                Balance = PlanWords.SnakeCase(upstream.Balance.ToString()),
                Servers = [.. upstream.Servers.Select(plan => ServerOf(plan, states[$"{upstream.Name} {plan.Address}"].FirstOrDefault()))],
            }),
        ];
    }

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

    private static ServerStatus ServerOf(ServerPlan plan, ServerState? state) => new()
    {
        Address = plan.Address.ToString(),
        Weight = plan.Weight,
        ActiveRequests = state?.ActiveRequests ?? 0,
        Connections = state?.Connections ?? 0,
        Addresses = state is null ? [] : [.. state.Targets.Select(target => target.ToString()!)],
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
