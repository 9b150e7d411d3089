using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Compilation;

/// <summary>Compiles what happens to requests that fail: retries, other upstreams, the last resort.</summary>
internal static class RetryCompiler
{
    /// <summary>The retries of a route; null when neither it nor one of its policies says anything, and the upstream decides.</summary>
    internal static RetryPlan? Compile(RouteConfig route, RouteSettingsConfig settings, SluiceConfig config)
    {
        bool isSaid = route.Settings.Retries is not null
            || config.Policies.Any(policy => policy.Settings.Retries is not null && route.Use.Any(use => use.Name == policy.Name));
        return isSaid && route.Proxy is not null ? settings.Retries!(new RetryPlan()) : null;
    }

    /// <summary>The retries of an upstream.</summary>
    internal static RetryPlan Compile(Func<RetryPlan, RetryPlan>? defaults, Func<RetryPlan, RetryPlan>? own)
    {
        if (defaults is null && own is null)
        {
            return RetryPlan.Usual;
        }

        RetryPlan plan = defaults?.Invoke(new RetryPlan()) ?? new RetryPlan();
        return own?.Invoke(plan) ?? plan;
    }

    /// <summary>The action of a route with several upstreams one behind the other.</summary>
    internal static ProxyAction CompileFailover(ProxyConfig proxy, UpstreamTable upstreams)
    {
        UpstreamPlan[] plans = [.. proxy.Failover.Select(upstreams.Find)];
        return new ProxyAction(plans[0])
        {
            Failover = plans.Length == 1 ? null : new FailoverPlan([.. plans[1..]], proxy.FailoverOn ?? RetryTriggers.Unreachable),
        };
    }

    /// <summary>The last resort of a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="upstreams">Its upstreams.</param>
    /// <param name="respond">Compiles a fixed response.</param>
    internal static FallbackPlan? CompileFallback(RouteConfig route, UpstreamTable upstreams, Func<RespondConfig, RespondAction> respond) =>
        route.Proxy is null || route.Fallback is not { } fallback ? null
        : fallback.To is { } to ? new FallbackPlan(upstreams.Find(to), null)
        : new FallbackPlan(null, respond(PlanCompiler.Known(fallback.Respond)));
}
