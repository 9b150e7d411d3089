using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Validation;

/// <summary>What a file can't get wrong without a finding of its own, but records made in code can: parts that are missing or not distinct.</summary>
internal static class BuiltConfigChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        RequireAny(config.Listeners, "the configuration has no `listen`", diagnostics);
        RequireAny(config.Routes, "the configuration has no `routes`", diagnostics);
        if (config.Listeners.Any(listener => listener.EndPoint is null))
        {
            diagnostics.Add(DiagnosticCodes.MissingOption, "a listener has no address", null);
        }

        CheckRoutes(config.Routes, diagnostics);
        CheckUpstreams(config.Upstreams, diagnostics);
        CheckNames("upstream", config.Upstreams.Select(upstream => upstream.Name), diagnostics);
        CheckNames("policy", config.Policies.Select(policy => policy.Name), diagnostics);
    }

    private static void CheckRoutes(IReadOnlyList<RouteConfig> routes, DiagnosticBag diagnostics)
    {
        for (int i = 0; i < routes.Count; i++)
        {
            RouteConfig route = routes[i];
            string thing = route.Name is null ? $"route {i + 1}" : $"route `{route.Name}`";
            int actions = new object?[] { route.Proxy, route.Respond, route.Redirect, route.Files }.Count(action => action is not null);
            if (actions != 1)
            {
                string words = string.Join(" or ", Schema.RouteSchema.Type.ExactlyOneOf.Select(key => $"`{key}`"));
                diagnostics.Add(
                    actions == 0 ? DiagnosticCodes.MissingOption : DiagnosticCodes.ExclusiveOptions,
                    $"{thing} has {(actions == 0 ? "no" : "more than one of")} {words}",
                    null);
            }

            if (route.Proxy is { UpstreamName: null } proxy)
            {
                CheckServers(thing, proxy.Servers, diagnostics);
            }

            if (route.Files is { Root: null })
            {
                diagnostics.Add(DiagnosticCodes.MissingOption, $"files of {thing} has no `root`", null);
            }

            CheckName(thing, route.Name, diagnostics);
        }
    }

    private static void CheckUpstreams(IReadOnlyList<UpstreamConfig> upstreams, DiagnosticBag diagnostics)
    {
        foreach (UpstreamConfig upstream in upstreams)
        {
            CheckServers($"upstream `{upstream.Name}`", upstream.Servers, diagnostics);
            CheckName($"upstream `{upstream.Name}`", upstream.Name, diagnostics);
        }
    }

    private static void CheckServers(string thing, IReadOnlyList<ServerConfig> servers, DiagnosticBag diagnostics)
    {
        RequireAny(servers, $"{thing} has no `servers`", diagnostics);
        if (servers.Any(server => server.Address is null))
        {
            diagnostics.Add(DiagnosticCodes.MissingOption, $"a server of {thing} has no `url`", null);
        }
    }

    private static void CheckNames(string noun, IEnumerable<string> names, DiagnosticBag diagnostics)
    {
        foreach (string name in names.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            diagnostics.Add(DiagnosticCodes.DuplicateKey, $"the {noun} `{name}` is given twice", null);
        }
    }

    private static void CheckName(string thing, string? name, DiagnosticBag diagnostics)
    {
        if (name is not null && !NameType.IsName(name))
        {
            diagnostics.Add(DiagnosticCodes.InvalidName, $"{thing}: `{name}` is not a name", null, "letters, digits, `_`, `-` and `.`, up to 64 of them");
        }
    }

    private static void RequireAny<T>(IReadOnlyList<T> items, string message, DiagnosticBag diagnostics)
    {
        if (items.Count == 0)
        {
            diagnostics.Add(DiagnosticCodes.MissingOption, message, null);
        }
    }
}
