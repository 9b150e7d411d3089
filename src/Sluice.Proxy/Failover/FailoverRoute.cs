using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Failover;

/// <summary>Where the requests of a route go that their upstream fails. Immutable; read by all workers.</summary>
/// <param name="Upstreams">The upstreams behind the first, in their order.</param>
/// <param name="On">After what; of the last resort, after any error of the proxy's own with a status of 5xx.</param>
/// <param name="LastResort">The upstream behind all others; null when there is none.</param>
internal sealed record FailoverRoute(UpstreamState[] Upstreams, RetryTriggers On, UpstreamState? LastResort)
{
    private static readonly RetryTriggers Nothing = new(RetryConditions.None, []);

    /// <summary>That of a route; null when its requests stay where they are.</summary>
    public static FailoverRoute? Create(RoutePlan route, IReadOnlyDictionary<string, UpstreamState> upstreams)
    {
        FailoverPlan? plan = (route.Action as ProxyAction)?.Failover;
        UpstreamState? lastResort = route.Fallback?.Upstream is { } fallback ? upstreams[fallback.Name] : null;
        return plan is null && lastResort is null ? null
            : new FailoverRoute([.. plan?.Upstreams.Select(upstream => upstreams[upstream.Name]) ?? []], plan?.On ?? Nothing, lastResort);
    }
}
