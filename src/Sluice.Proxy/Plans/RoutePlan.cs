namespace Sluice.Proxy.Plans;

/// <summary>One route: which requests it takes, and what happens to them.</summary>
public sealed record RoutePlan
{
    /// <summary>The name for logs and messages; unique within a plan.</summary>
    public required string Name { get; init; }

    /// <summary>The hosts it takes; empty means every host.</summary>
    public PlanList<HostMatch> Hosts { get; init; } = [];

    /// <summary>The paths it takes; empty means every path.</summary>
    public PlanList<PathMatch> Paths { get; init; } = [];

    /// <summary>Limits and timeouts of its requests once it is found; null means those of the plan.</summary>
    public ProxyLimits? Limits { get; init; }

    /// <summary>What happens to a request that matches.</summary>
    public required RouteAction Action { get; init; }
}
