using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>What holds for every route and upstream that doesn't say otherwise.</summary>
public sealed record DefaultsConfig
{
    /// <summary>For routes.</summary>
    public RouteSettingsConfig Routes { get; init; } = new();

    /// <summary>How upstreams pick a server.</summary>
    public BalancePolicy? Balance { get; init; }

    /// <summary>Changes to the limits of connections to each server.</summary>
    public Func<PoolLimits, PoolLimits>? Connections { get; init; }
}
