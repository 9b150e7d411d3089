using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Every upstream that is named exists.</summary>
internal static class UpstreamNameChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        List<string> upstreams = [.. config.Upstreams.Select(upstream => upstream.Name)];
        HashSet<string> known = [.. upstreams];
        foreach (ProxyConfig target in AllTargets(config))
        {
            if (target.UpstreamName is { } name && !known.Contains(name))
            {
                AddUnknown(target, name, upstreams, diagnostics);
            }
        }
    }

    /// <summary>Everything that requests, or copies of them, may go to.</summary>
    internal static IEnumerable<ProxyConfig> AllTargets(SluiceConfig config)
    {
        IEnumerable<RouteSettingsConfig> settings =
            [.. config.Routes.Select(route => route.Settings), .. config.Policies.Select(policy => policy.Settings), config.Defaults.Routes];
        return config.Routes.SelectMany(route => route.Proxy?.Targets ?? [])
            .Concat(config.Routes.Select(route => route.Fallback?.To).OfType<ProxyConfig>())
            .Concat(settings.Select(item => item.Mirror?.To).OfType<ProxyConfig>());
    }

    private static void AddUnknown(ProxyConfig target, string name, List<string> upstreams, DiagnosticBag diagnostics)
    {
        if (diagnostics.IsFull)
        {
            return;
        }

        string? nearest = NearestWord.Find(name, upstreams);
        diagnostics.Add(new Diagnostic(DiagnosticCodes.UnknownUpstream, $"there is no upstream `{name}`", target.Location)
        {
            Hint = nearest is not null ? $"did you mean `{nearest}`?" : upstreams.Count == 0 ? $"for a server: `http://{name}`" : null,

            // More than a screenful helps nobody.
            ValidHere = [.. upstreams.Take(20)],
        });
    }
}
