using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>What holds for every route and upstream that doesn't say otherwise.</summary>
public sealed record DefaultsConfig
{
    /// <summary>For routes.</summary>
    public RouteSettingsConfig Routes { get; init; } = new();

    /// <summary>How upstreams pick a server.</summary>
    public BalancePlan? Balance { get; init; }

    /// <summary>When servers of upstreams are taken out because of their answers.</summary>
    public OutlierConfig? Outliers { get; init; }

    /// <summary>Changes to the limits of connections to each server.</summary>
    public Func<PoolLimits, PoolLimits>? Connections { get; init; }
}
