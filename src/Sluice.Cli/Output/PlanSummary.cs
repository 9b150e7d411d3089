using Sluice.Proxy.Plans;

namespace Sluice.Cli.Output;

/// <summary>A plan in numbers.</summary>
internal static class PlanSummary
{
    /// <summary>Such as <c>1 listener, 3 routes, 2 upstreams with 5 servers</c>.</summary>
    internal static string Write(ProxyPlan plan) =>
        $"{Count(plan.Listeners.Count, "listener")}, {Count(plan.Routes.Count, "route")}, {WriteUpstreams(plan)}";

    /// <summary>Such as <c>2 upstreams with 5 servers</c>.</summary>
    internal static string WriteUpstreams(ProxyPlan plan) =>
        $"{Count(plan.Upstreams.Count, "upstream")} with {Count(plan.Upstreams.Sum(upstream => upstream.Servers.Count), "server")}";

    internal static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
