using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>A named group of servers.</summary>
public sealed record UpstreamConfig
{
    /// <summary>Unique within a configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its servers.</summary>
    public IReadOnlyList<ServerConfig> Servers { get; init; } = [];

    /// <summary>How one is picked for a request; null leaves it to <see cref="SluiceConfig.Defaults"/>.</summary>
    public BalancePlan? Balance { get; init; }

    /// <summary>How long a server that came or recovered takes to its full share, in milliseconds; null: nothing said.</summary>
    public int? SlowStartMs { get; init; }

    /// <summary>The share of ready servers below which a tier gives over to the next, in percent; null: nothing said.</summary>
    public int? TierMinPercent { get; init; }

    /// <summary>The share of ready servers below which health is ignored, in percent; null: nothing said.</summary>
    public int? PanicPercent { get; init; }

    /// <summary>When servers are taken out because of their answers; null leaves it to <see cref="SluiceConfig.Defaults"/>.</summary>
    public OutlierConfig? Outliers { get; init; }

    /// <summary>When it gets no requests for a while; null: nothing said.</summary>
    public CircuitBreakerConfig? CircuitBreaker { get; init; }

    /// <summary>How the number of requests that it has at once follows its response times; null for not at all.</summary>
    public AdaptiveConcurrencyConfig? AdaptiveConcurrency { get; init; }

    /// <summary>What keeps the requests of a client at one server.</summary>
    public SessionConfig? Session { get; init; }

    /// <summary>How its servers are checked; null: they aren't.</summary>
    public HealthCheckConfig? HealthCheck { get; init; }

    /// <summary>Changes to when requests are sent again; null: nothing said.</summary>
    public Func<RetryPlan, RetryPlan>? Retries { get; init; }

    /// <summary>Changes to the limits of connections to each server; null leaves them to <see cref="SluiceConfig.Defaults"/>.</summary>
    public Func<PoolLimits, PoolLimits>? Connections { get; init; }

    /// <summary>TLS with those of its servers whose URL is <c>https</c>; null: nothing said.</summary>
    public UpstreamTlsConfig? Tls { get; init; }

    /// <summary>Whether HTTP/2 is spoken with its servers; null: nothing said.</summary>
    public Http2Config? Http2 { get; init; }

    /// <summary>Where its name was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
