using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Routes lead somewhere, can be told apart, and can be reached.</summary>
internal static class RouteChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        List<string> upstreams = [.. config.Upstreams.Select(upstream => upstream.Name)];
        HashSet<string> known = [.. upstreams];

        // A match that could not be read looks like one that takes everything.
        bool isReliable = !diagnostics.HasErrors;
        var names = new Dictionary<string, RouteConfig>(StringComparer.Ordinal);
        var matches = new Dictionary<string, RouteConfig>(StringComparer.Ordinal);
        foreach (RouteConfig route in config.Routes)
        {
            if (route.Proxy is { UpstreamName: { } name } && !known.Contains(name))
            {
                AddUnknownUpstream(route.Proxy, name, upstreams, diagnostics);
            }

            if (route.Name is not null && !names.TryAdd(route.Name, route))
            {
                AddTwice(DiagnosticCodes.GivenTwice, $"two routes have the name `{route.Name}`", route, names[route.Name], diagnostics);
            }

            string match = KeyOf(route.Match);
            if (!matches.TryAdd(match, route) && isReliable)
            {
                AddTwice(DiagnosticCodes.UnreachableRoute, "the route never matches: another has the same match", route, matches[match], diagnostics);
            }
        }
    }

    private static void AddUnknownUpstream(ProxyConfig proxy, string name, List<string> upstreams, DiagnosticBag diagnostics)
    {
        if (diagnostics.IsFull)
        {
            return;
        }

        string? nearest = NearestWord.Find(name, upstreams);
        diagnostics.Add(new Diagnostic(DiagnosticCodes.UnknownUpstream, $"there is no upstream `{name}`", proxy.Location)
        {
            Hint = nearest is not null ? $"did you mean `{nearest}`?" : upstreams.Count == 0 ? $"for a server: `http://{name}`" : null,

            // More than a screenful helps nobody.
            ValidHere = [.. upstreams.Take(20)],
        });
    }

    private static void AddTwice(DiagnosticCode code, string message, RouteConfig route, RouteConfig first, DiagnosticBag diagnostics) =>
        diagnostics.Add(new Diagnostic(code, message, route.Location)
        {
            Related = first.Location is { } place ? ("the first one stands at", place) : null,
        });

    private static string KeyOf(MatchConfig match) =>
        string.Join(' ', match.Hosts.Select(host => host.ToString()).Distinct().Order(StringComparer.Ordinal))
        + " | "
        + string.Join(' ', match.Paths.Select(path => path.ToString()).Distinct().Order(StringComparer.Ordinal));
}
