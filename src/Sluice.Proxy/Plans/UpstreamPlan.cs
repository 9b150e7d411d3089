using Sluice.Proxy.Plans.Checks;
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
    public BalancePlan Balance { get; init; } = new(BalancePolicy.RoundRobin);

    /// <summary>How long a server that was added or recovered takes to get to its full share, in milliseconds; 0 gives it that at once.</summary>
    public int SlowStartMs { get; init; }

    /// <summary>A tier gives over to the next when less than this share of its servers can take requests, in percent; with 0 when none can.</summary>
    public int TierMinPercent { get; init; }

    /// <summary>
    /// When less than this share of all servers can take requests, in percent, health is taken to be a mistake, and all get requests that aren't under
    /// maintenance; 0 never does so.
    /// </summary>
    public int PanicPercent { get; init; }

    /// <summary>When servers are taken out because of their answers; null when never. A single server never is.</summary>
    public OutlierPlan? Outliers { get; init; } = new();

    /// <summary>When the upstream gets no requests for a while; null when that never happens.</summary>
    public CircuitBreakerPlan? CircuitBreaker { get; init; }

    /// <summary>How the number of requests that it has at once follows its response times; null when nothing but its servers' connections bounds it.</summary>
    public AdaptiveConcurrencyPlan? AdaptiveConcurrency { get; init; }

    /// <summary>What keeps the requests of a client at one server; null when nothing does.</summary>
    public SessionPlan? Session { get; init; }

    /// <summary>How its servers are checked; null leaves that to the requests themselves.</summary>
    public HealthCheckPlan? HealthCheck { get; init; }

    /// <summary>When its requests are sent again, unless their route has its own.</summary>
    public RetryPlan Retries { get; init; } = RetryPlan.Usual;

    /// <summary>Connections to each of the servers.</summary>
    public PoolLimits Pool { get; init; } = new();

    /// <summary>TLS with those of its servers whose address is <c>https</c>.</summary>
    public UpstreamTlsPlan Tls { get; init; } = new();

    /// <summary>Whether HTTP/2 is spoken with its servers.</summary>
    public Http2Mode Http2 { get; init; }
}
