using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Routing.Explanation;

/// <summary>Says why one entry goes before another.</summary>
internal static class OrderExplainer
{
    /// <summary>What the first has that puts it first.</summary>
    internal static string Why(RouteEntry first, RouteEntry second) => RouteOrder.Decide(first, second).Step switch
    {
        RouteOrderStep.Priority => $"its priority is {first.Route.Plan.Priority}, not {second.Route.Plan.Priority}",
        RouteOrderStep.Host => WhyHost(first.Host, second.Host),
        RouteOrderStep.Path => WhyPath(first, second),
        RouteOrderStep.Conditions => "it has more conditions",
        _ => "it is written first",
    };

    private static string WhyHost(HostMatch? first, HostMatch? second) =>
        first?.Kind != second?.Kind ? $"{NameOf(first)} goes before {NameOf(second)}"
        : first?.Kind == HostMatchKind.Regex ? "the regular expression of its host is written first"
        : "its wildcard is longer";

    private static string WhyPath(RouteEntry first, RouteEntry second) =>
        first.Path?.Kind == PathMatchKind.Regex && second.Path?.Kind == PathMatchKind.Regex ? "the regular expression of its path is written first"
        : first.LiteralLength == second.LiteralLength || RankDiffers(first.Path, second.Path) ? $"{NameOf(first.Path)} goes before {NameOf(second.Path)}"
        : first.Path?.Kind == PathMatchKind.Prefix && second.Path?.Kind == PathMatchKind.Prefix ? "its prefix is longer"
        : $"its path has more literal characters, {first.LiteralLength} and not {second.LiteralLength}";

    private static bool RankDiffers(PathMatch? first, PathMatch? second) => !(IsPattern(first) && IsPattern(second));

    private static bool IsPattern(PathMatch? path) => path?.Kind is PathMatchKind.Glob or PathMatchKind.Prefix;

    private static string NameOf(HostMatch? host) => host?.Kind switch
    {
        HostMatchKind.Exact => "an exact host",
        HostMatchKind.Wildcard => "a wildcard host",
        HostMatchKind.Regex => "a regular expression for the host",
        _ => "any host",
    };

    private static string NameOf(PathMatch? path) => path?.Kind switch
    {
        PathMatchKind.Exact => "an exact path",
        PathMatchKind.Regex => "a regular expression for the path",
        PathMatchKind.Glob => "a glob",
        PathMatchKind.Prefix => "a prefix",
        _ => "any path",
    };
}
