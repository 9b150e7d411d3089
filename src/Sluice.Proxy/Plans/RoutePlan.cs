namespace Sluice.Proxy.Plans;

/// <summary>One route: which requests it takes, and what happens to them.</summary>
public sealed record RoutePlan
{
    /// <summary>The name for logs and messages; unique within a plan.</summary>
    public required string Name { get; init; }

    /// <summary>The hosts it takes; empty means every host.</summary>
    public IReadOnlyList<HostMatch> Hosts { get; init; } = [];

    /// <summary>The paths it takes; empty means every path.</summary>
    public IReadOnlyList<PathMatch> Paths { get; init; } = [];

    /// <summary>What happens to a request that matches.</summary>
    public required RouteAction Action { get; init; }
}
