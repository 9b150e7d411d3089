using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing.Conditions;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing;

/// <summary>Makes the entries of routes, and what they share: a regular expression that is written twice is compiled once and stands at one place.</summary>
internal sealed class RouteEntryBuilder
{
    private readonly Dictionary<string, int> _hostRegexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Order, TextPattern Pattern)> _pathRegexes = new(StringComparer.Ordinal);

    /// <summary>The entries in the documented order.</summary>
    internal static RouteEntry[] Build(IEnumerable<CompiledRoute> routes)
    {
        var builder = new RouteEntryBuilder();
        RouteEntry[] entries = [.. routes.SelectMany((route, order) => builder.EntriesOf(route, order))];
        Array.Sort(entries, RouteOrder.Instance);
        return entries;
    }

    private IEnumerable<RouteEntry> EntriesOf(CompiledRoute route, int order)
    {
        // A missing list is one match that takes everything, and so is the empty prefix.
        Condition? condition = route.Plan.Condition is { } plan ? ConditionCompiler.Compile(plan) : null;
        IEnumerable<HostMatch?> hosts = route.Plan.Hosts.DefaultIfEmpty().Distinct();
        IEnumerable<PathMatch?> paths = route.Plan.Paths.DefaultIfEmpty()
            .Select(path => path is { Kind: PathMatchKind.Prefix, Text.Length: 0 } ? null : path)
            .Distinct();
        return from host in hosts from path in paths select EntryOf(route, order, host, path, condition);
    }

    private RouteEntry EntryOf(CompiledRoute route, int order, HostMatch? host, PathMatch? path, Condition? condition)
    {
        (int pathOrder, TextPattern? regex) = path?.Kind == PathMatchKind.Regex ? PathRegex(path.Text) : (0, null);
        return new RouteEntry
        {
            Route = route,
            Order = order,
            Host = host,
            Path = path,
            HostRegexOrder = host?.Kind == HostMatchKind.Regex ? HostRegex(host.Text) : 0,
            PathRegexOrder = pathOrder,
            PathRegex = regex,
            LiteralLength = path?.Kind switch
            {
                PathMatchKind.Prefix => path.Text.Length,
                PathMatchKind.Glob => PathGlob.LiteralLengthOf(path.Text),
                _ => 0,
            },
            Condition = condition,
        };
    }

    private int HostRegex(string text)
    {
        _hostRegexes.TryAdd(text, _hostRegexes.Count);
        return _hostRegexes[text];
    }

    private (int Order, TextPattern Pattern) PathRegex(string text)
    {
        if (!_pathRegexes.TryGetValue(text, out (int Order, TextPattern Pattern) known))
        {
            known = (_pathRegexes.Count, new TextPattern(text));
            _pathRegexes.Add(text, known);
        }

        return known;
    }
}
