using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing;

namespace Sluice.Proxy.Tests.Routing;

/// <summary>Routes that differ by what they match.</summary>
internal static class TestRoutes
{
    private static readonly RespondAction Action = new(200, [], []);
    private static readonly ProxyLimits Limits = new();

    /// <summary>A route; <c>~</c> begins a regular expression, and null is everything.</summary>
    public static RoutePlan Plan(string name, string? host = null, string? path = null, MatchCondition? condition = null, int priority = 0) => new()
    {
        Name = name,
        Hosts = host is null ? [] : [Host(host)],
        Paths = path is null ? [] : [Path(path)],
        Condition = condition,
        Priority = priority,
        Action = Action,
    };

    public static RouteTable Table(params RoutePlan[] plans) => new(plans.Select(plan => new CompiledRoute(plan, Limits, new RouteState(workers: 1), upstreams: null)));

    public static HostMatch Host(string text) =>
        text.StartsWith('~') ? new HostMatch(text[1..], HostMatchKind.Regex)
        : text.StartsWith("*.", StringComparison.Ordinal) ? new HostMatch(text[2..], HostMatchKind.Wildcard)
        : new HostMatch(text, HostMatchKind.Exact);

    public static PathMatch Path(string text)
    {
        bool isBelow = text.EndsWith("/*", StringComparison.Ordinal);
        string path = isBelow ? text[..^2] : text;
        return text.StartsWith('~') ? new PathMatch(text[1..], PathMatchKind.Regex)
            : path.Contains('*', StringComparison.Ordinal) ? new PathMatch(isBelow ? path + "/**" : path, PathMatchKind.Glob)
            : new PathMatch(path, isBelow ? PathMatchKind.Prefix : PathMatchKind.Exact);
    }
}
