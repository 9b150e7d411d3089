using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>A named group of servers.</summary>
public sealed record UpstreamConfig
{
    /// <summary>Unique within a configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its servers.</summary>
    public IReadOnlyList<ServerConfig> Servers { get; init; } = [];

    /// <summary>How one is picked for a request.</summary>
    public BalancePolicy Balance { get; init; } = BalancePolicy.RoundRobin;

    /// <summary>Connections to each server. They need no compiling, so they are those of the plan.</summary>
    public PoolLimits Connections { get; init; } = new();

    /// <summary>Where its name was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
