using Sluice.Admin.Plans;
using Sluice.Proxy;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Plans;

namespace Sluice.Admin.Api;

/// <summary>What the control API and metrics tell about overload.</summary>
internal static class OverloadReports
{
    /// <summary>The priority classes that can be turned away, with their words.</summary>
    internal static IReadOnlyList<(PriorityClass Class, string Name)> Classes { get; } =
    [
        .. Enum.GetValues<PriorityClass>().Where(priority => priority != PriorityClass.Critical).Select(priority => (priority, PlanWords.SnakeCase(priority.ToString()))),
    ];

    internal static OverloadStatus StatusOf(SluiceServer server)
    {
        OverloadState state = server.Overload;
        return new OverloadStatus
        {
            Step = OverloadNames.NameOf(state.Step),
            Pressures = PressuresOf(server.Plan, state).ToDictionary(pressure => pressure.Name, pressure => pressure.Pressure, StringComparer.Ordinal),
            Shed = Classes.ToDictionary(entry => entry.Name, entry => server.ShedOf(entry.Class), StringComparer.Ordinal),
            RefusedConnections = server.RefusedConnections,
        };
    }

    /// <summary>The pressures that are measured, by their names, to a tenth of a percent.</summary>
    internal static IEnumerable<(string Name, double Pressure)> PressuresOf(ProxyPlan plan, OverloadState state) => plan.Overload is null
        ? []
        : OverloadNames.Resources
            .Where(resource => state.Pressures.Of(resource) is not null)
            .Select(resource => (OverloadNames.NameOf(resource), Math.Round(state.Pressures.Of(resource)!.Value, 3)));
}
