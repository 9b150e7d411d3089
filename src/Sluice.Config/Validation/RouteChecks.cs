using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Routes lead somewhere, and can be told apart.</summary>
internal static class RouteChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        List<string> upstreams = [.. config.Upstreams.Select(upstream => upstream.Name)];
        HashSet<string> known = [.. upstreams];

        var names = new Dictionary<string, RouteConfig>(StringComparer.Ordinal);
        foreach (RouteConfig route in config.Routes)
        {
            if (route.Proxy is { UpstreamName: { } name } && !known.Contains(name))
            {
                AddUnknownUpstream(route.Proxy, name, upstreams, diagnostics);
            }

            if (route.Name is not null && !names.TryAdd(route.Name, route))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"two routes have the name `{route.Name}`", route.Location)
                {
                    Related = names[route.Name].Location is { } place ? ("the first one stands at", place) : null,
                });
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
}
