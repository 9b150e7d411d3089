using Sluice.Proxy.Plans.Caching;

namespace Sluice.Proxy.Plans;

/// <summary>Everything the data plane needs to serve, compiled from a configuration and immutable: one snapshot.</summary>
/// <remarks>
/// A reload builds a new plan and swaps it in with one volatile write; a request keeps the plan it began with. May be read from any thread.
/// </remarks>
public sealed record ProxyPlan
{
    /// <summary>The addresses to listen on; at least one.</summary>
    public required PlanList<ListenerPlan> Listeners { get; init; }

    /// <summary>The routes in the order they were written. The order of matching is <see cref="Routing.RouteTable"/>'s business.</summary>
    public required PlanList<RoutePlan> Routes { get; init; }

    /// <summary>The upstreams that routes refer to.</summary>
    public required PlanList<UpstreamPlan> Upstreams { get; init; }

    /// <summary>Limits and timeouts for clients, and the defaults for upstreams.</summary>
    public ProxyLimits Limits { get; init; } = new();

    /// <summary>What clients may say about where a request came from, and what upstreams are told.</summary>
    public ForwardedPlan Forwarded { get; init; } = new();

    /// <summary>How the names of servers are resolved.</summary>
    public DnsPlan Dns { get; init; } = new();

    /// <summary>How the proxy protects itself when it has too much to do; null where it doesn't.</summary>
    public OverloadPlan? Overload { get; init; } = new();

    /// <summary>Where responses are kept that routes have cached.</summary>
    public CacheStorePlan Cache { get; init; } = new();

    /// <summary>What is sent in place of plain words when a request ends badly before it has a route.</summary>
    public PlanList<ErrorPagePlan> ErrorPages { get; init; } = [];

    /// <summary>Whether one JSON line per request is written to standard output.</summary>
    public bool AccessLog { get; init; } = true;
}
