using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Config.Validation;

/// <summary>Every route can be reached, as far as it can be proved: what a regular expression takes, for one, is known only by its text.</summary>
/// <remarks>
/// A route with several hosts and paths stands in the order of routes once for each pair. It is never reached when each of its pairs has another route's pair
/// that goes before it and takes at least as much: the same host and path, or broader ones by a higher priority, with no condition that it doesn't have, too.
/// </remarks>
internal sealed class ReachabilityChecks
{
    private readonly Dictionary<(HostMatch?, PathMatch?), List<Pair>> _pairs = [];
    private readonly DiagnosticBag _diagnostics;

    private ReachabilityChecks(DiagnosticBag diagnostics) => _diagnostics = diagnostics;

    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // A match that could not be read looks like one that takes everything.
        if (diagnostics.HasErrors)
        {
            return;
        }

        var checks = new ReachabilityChecks(diagnostics);
        var compiler = new MatchCompiler(config.Listeners);
        List<List<Pair>> routes = [.. config.Routes.Select((route, order) => PairsOf(route, compiler.Compile(route.Match), order))];
        foreach (Pair pair in routes.SelectMany(pairs => pairs))
        {
            checks.Add(pair);
        }

        foreach (List<Pair> pairs in routes)
        {
            checks.Check(pairs);
        }
    }

    private static List<Pair> PairsOf(RouteConfig route, CompiledMatch match, int order)
    {
        HashSet<MatchCondition> conditions = match.Condition switch
        {
            null => [],
            AllCondition all => [.. all.Conditions],
            _ => [match.Condition],
        };
        IEnumerable<HostMatch?> hosts = match.Hosts.DefaultIfEmpty();
        IEnumerable<PathMatch?> paths = match.Paths.DefaultIfEmpty().Select(WithoutEmptyPrefix).Distinct();
        return [.. from host in hosts from path in paths select new Pair(route, match, order, host, path, conditions)];
    }

    // "/*" takes every path, as no path does.
    private static PathMatch? WithoutEmptyPrefix(PathMatch? path) => path is { Kind: PathMatchKind.Prefix, Text.Length: 0 } ? null : path;

    private void Add(Pair pair)
    {
        if (!_pairs.TryGetValue((pair.Host, pair.Path), out List<Pair>? same))
        {
            same = [];
            _pairs.Add((pair.Host, pair.Path), same);
        }

        same.Add(pair);
    }

    private void Check(List<Pair> pairs)
    {
        Pair? cover = null;
        foreach (Pair pair in pairs)
        {
            Pair? found = FindCover(pair);
            if (found is null)
            {
                return;
            }

            cover ??= found;
        }

        bool isSame = cover!.Match.IsSameAs(pairs[0].Match);
        _diagnostics.Add(new Diagnostic(
            isSame ? DiagnosticCodes.UnreachableRoute : DiagnosticCodes.ShadowedRoute,
            isSame ? "the route never matches: another has the same match" : "the route never matches: another goes first and takes all its requests",
            pairs[0].Route.Location)
        {
            Related = cover.Route.Location is { } place ? (isSame ? "the first one stands at" : "the other one stands at", place) : null,
        });
    }

    private Pair? FindCover(Pair pair)
    {
        foreach (HostMatch? host in Covering(pair.Host))
        {
            foreach (PathMatch? path in Covering(pair.Path))
            {
                if (_pairs.TryGetValue((host, path), out List<Pair>? candidates) && candidates.Find(other => other.Covers(pair)) is { } cover)
                {
                    return cover;
                }
            }
        }

        return null;
    }

    // Itself, the wildcards above, any.
    private static IEnumerable<HostMatch?> Covering(HostMatch? host)
    {
        yield return host;
        if (host is null)
        {
            yield break;
        }

        if (host.Kind != HostMatchKind.Regex)
        {
            for (int dot = host.Text.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.Text.IndexOf('.', dot + 1))
            {
                yield return new HostMatch(host.Text[(dot + 1)..], HostMatchKind.Wildcard);
            }
        }

        yield return null;
    }

    // Itself, the prefixes above, any. What stands before the first star of a glob is known.
    private static IEnumerable<PathMatch?> Covering(PathMatch? path)
    {
        yield return path;
        if (path is null)
        {
            yield break;
        }

        if (path.Kind != PathMatchKind.Regex)
        {
            string known = path.Kind == PathMatchKind.Glob ? path.Text[..path.Text.IndexOf('*', StringComparison.Ordinal)] : path.Text + "/";
            for (int slash = known.LastIndexOf('/'); slash > 0; slash = known.LastIndexOf('/', slash - 1))
            {
                yield return new PathMatch(known[..slash], PathMatchKind.Prefix);
            }
        }

        yield return null;
    }

    private sealed record Pair(
        RouteConfig Route, CompiledMatch Match, int Order, HostMatch? Host, PathMatch? Path, IReadOnlySet<MatchCondition> Conditions)
    {
        /// <summary>Whether this one goes first and takes all that another takes, whose host and path are known to be no broader.</summary>
        internal bool Covers(Pair other)
        {
            if (other.Order == Order || !Conditions.IsSubsetOf(other.Conditions))
            {
                return false;
            }

            if (Route.Priority != other.Route.Priority)
            {
                return Route.Priority > other.Route.Priority;
            }

            // More conditions go first, so that only equal ones are left, and the order written.
            return Host == other.Host && Path == other.Path && Conditions.Count == other.Conditions.Count && Order < other.Order;
        }
    }
}
