using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Plans;

/// <summary>A named group of servers that answer the same requests.</summary>
public sealed record UpstreamPlan
{
    /// <summary>Unique within a plan.</summary>
    public required string Name { get; init; }

    /// <summary>At least one.</summary>
    public required PlanList<ServerPlan> Servers { get; init; }

    /// <summary>How a server is picked.</summary>
    public BalancePolicy Balance { get; init; } = BalancePolicy.RoundRobin;

    /// <summary>Connections to each of the servers.</summary>
    public PoolLimits Pool { get; init; } = new();

    /// <summary>TLS with those of its servers whose address is <c>https</c>.</summary>
    public UpstreamTlsPlan Tls { get; init; } = new();

    /// <summary>Whether HTTP/2 is spoken with its servers.</summary>
    public Http2Mode Http2 { get; init; }
}
