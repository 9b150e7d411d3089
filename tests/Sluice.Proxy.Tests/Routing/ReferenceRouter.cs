using System.Text.RegularExpressions;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Tests.Routing;

/// <summary>The documented order of routes in the plainest way there is: sort everything, look through it from the top.</summary>
internal sealed class ReferenceRouter
{
    private readonly List<(RoutePlan Route, HostMatch? Host, PathMatch? Path)> _sorted;

    public ReferenceRouter(IReadOnlyList<RoutePlan> routes)
    {
        var all = (
            from route in routes
            from host in route.Hosts.DefaultIfEmpty()
            from path in route.Paths.DefaultIfEmpty()
            select (Route: route, Host: host, Path: path?.ToString() == "/*" ? null : path)).ToList();
        List<string> hostRegexes = [.. all.Where(one => one.Host?.Kind == HostMatchKind.Regex).Select(one => one.Host!.Text).Distinct()];
        List<string> pathRegexes = [.. all.Where(one => one.Path?.Kind == PathMatchKind.Regex).Select(one => one.Path!.Text).Distinct()];
        _sorted =
        [
            .. all
                .OrderByDescending(one => one.Route.Priority)
                .ThenBy(one => one.Host is null ? 4 : one.Host.Kind == HostMatchKind.Exact ? 1 : one.Host.Kind == HostMatchKind.Wildcard ? 2 : 3)
                .ThenByDescending(one => one.Host?.Kind == HostMatchKind.Wildcard ? one.Host.Text.Length : 0)
                .ThenBy(one => one.Host?.Kind == HostMatchKind.Regex ? hostRegexes.IndexOf(one.Host.Text) : 0)
                .ThenBy(one => one.Path is null ? 4 : one.Path.Kind == PathMatchKind.Exact ? 1 : one.Path.Kind == PathMatchKind.Regex ? 2 : 3)
                .ThenBy(one => one.Path?.Kind == PathMatchKind.Regex ? pathRegexes.IndexOf(one.Path.Text) : 0)
                .ThenByDescending(one => LiteralLength(one.Path))
                .ThenByDescending(one => one.Path?.Kind == PathMatchKind.Glob)
                .ThenByDescending(one => CountLeaves(one.Route.Condition)),
        ];
    }

    public string? Find(string host, string path, string method, string? header, int sample) => _sorted
        .Where(one => MatchesHost(one.Host, host) && MatchesPath(one.Path, path) && Holds(one.Route.Condition, method, header, sample))
        .Select(one => one.Route.Name)
        .FirstOrDefault();

    private static int LiteralLength(PathMatch? path) => path?.Kind switch
    {
        PathMatchKind.Prefix => path.Text.Length,
        PathMatchKind.Glob => Regex.Replace(path.Text, "/\\*\\*$", "").Replace("*", "", StringComparison.Ordinal).Length,
        _ => 0,
    };

    private static int CountLeaves(MatchCondition? condition) => condition switch
    {
        null => 0,
        AllCondition all => all.Conditions.Sum(CountLeaves),
        AnyCondition any => any.Conditions.Sum(CountLeaves),
        NotCondition not => CountLeaves(not.Condition),
        _ => 1,
    };

    private static bool MatchesHost(HostMatch? match, string host) => match?.Kind switch
    {
        HostMatchKind.Exact => host == match.Text,
        HostMatchKind.Wildcard => host.EndsWith("." + match.Text, StringComparison.Ordinal),
        HostMatchKind.Regex => Regex.IsMatch(host, $"^(?:{match.Text})\\z"),
        _ => true,
    };

    private static bool MatchesPath(PathMatch? match, string path) => match?.Kind switch
    {
        PathMatchKind.Exact => path == match.Text,
        PathMatchKind.Prefix => path == match.Text || path.StartsWith(match.Text + "/", StringComparison.Ordinal),
        PathMatchKind.Regex => Regex.IsMatch(path, $"^(?:{match.Text})\\z"),
        PathMatchKind.Glob => Regex.IsMatch(path, "^" + RegexOf(match.Text) + "\\z"),
        _ => true,
    };

    // "/**" is any number of "/segment", "*" any characters but a slash.
    private static string RegexOf(string glob) => string.Concat(
        glob[1..].Split('/').Select(segment => segment == "**" ? "(?:/[^/]*)*" : "/" + Regex.Escape(segment).Replace("\\*", "[^/]*", StringComparison.Ordinal)));

    private static bool Holds(MatchCondition? condition, string method, string? header, int sample) => condition switch
    {
        null => true,
        AllCondition all => all.Conditions.All(one => Holds(one, method, header, sample)),
        AnyCondition any => any.Conditions.Any(one => Holds(one, method, header, sample)),
        NotCondition not => !Holds(not.Condition, method, header, sample),
        MethodCondition of => of.Methods.Contains(method),
        HeaderCondition of => (header is not null && of.Test.Texts.Contains(header)) != of.Test.IsNegated,
        PercentageCondition of => sample < of.HundredthsOfPercent,
        _ => throw new InvalidOperationException($"{condition} is not known here."),
    };
}
