using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Validation;

/// <summary>What routes say of caching can be, and has an effect.</summary>
internal static class CacheChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // What could not be read looks like something else.
        if (diagnostics.HasErrors)
        {
            return;
        }

        var matches = new MatchCompiler(config.Listeners);
        foreach (CacheConfig cache in All(config).Select(settings => settings.Cache).OfType<CacheConfig>())
        {
            CheckConditions(cache, matches, diagnostics);
            CheckKey(cache, diagnostics);
            CheckValid(cache, diagnostics);
            CheckPurge(cache, diagnostics);
        }

        foreach ((RouteConfig route, RouteSettingsConfig settings) in diagnostics.HasErrors ? [] : config.Routes.Zip(PlanCompiler.CompileSettings(config)))
        {
            CheckRoute(route, settings, config, diagnostics);
        }
    }

    /// <summary>The settings of routes, policies and the defaults, each as it was written.</summary>
    internal static IEnumerable<RouteSettingsConfig> All(SluiceConfig config) =>
        config.Routes.Select(route => route.Settings).Concat(config.Policies.Select(policy => policy.Settings)).Append(config.Defaults.Routes);

    private static void CheckConditions(CacheConfig cache, MatchCompiler matches, DiagnosticBag diagnostics)
    {
        foreach ((string key, MatchConfig? condition) in new[] { ("bypass", cache.Bypass), ("no_store", cache.NoStore) })
        {
            if (condition is not null && matches.CompileCondition(condition) is null)
            {
                diagnostics.Add(DiagnosticCodes.ImpossibleCache, $"`{key}` takes every request, so nothing is left to cache", condition.Location, "for no cache: `cache: false`");
            }
        }
    }

    private static void CheckKey(CacheConfig cache, DiagnosticBag diagnostics)
    {
        foreach (CachedHeaderConfig header in (cache.TrustedHeaders ?? []).IntersectBy((cache.KeyHeaders ?? []).Select(keyed => keyed.Name), trusted => trusted.Name))
        {
            diagnostics.Add(
                DiagnosticCodes.ImpossibleCache, $"the header `{header.Name}` tells responses apart, and is trusted not to", header.Location, "keep it in `key_headers` alone");
        }

        foreach (TemplatePart part in (cache.Key?.Value.Parts ?? []).Where(part => part.Variable is TemplateVariable.RequestId or TemplateVariable.Time))
        {
            string name = TemplateVariables.All.First(info => info.Variable == part.Variable).Name;
            diagnostics.Add(DiagnosticCodes.ImpossibleCache, $"with `{{{name}}}` in the key no request finds what another one has left", cache.Key!.Location);
        }
    }

    private static void CheckValid(CacheConfig cache, DiagnosticBag diagnostics)
    {
        foreach (IGrouping<StatusSpan, StatusLifetimeConfig> same in (cache.Valid ?? []).GroupBy(lifetime => lifetime.Plan.Statuses).Where(same => same.Count() > 1))
        {
            diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"`valid` has {same.Key} twice", same.ElementAt(1).Location)
            {
                Related = same.First().Location is { } place ? ("the first time at", place) : null,
            });
        }
    }

    private static void CheckPurge(CacheConfig cache, DiagnosticBag diagnostics)
    {
        foreach (PurgeClientConfig client in (cache.PurgeClients ?? []).Where(client => TrustChecks.IsEveryone(client.Range)))
        {
            diagnostics.Add(DiagnosticCodes.RiskyCache, "everybody can empty the cache", client.Location, "name the addresses of those who publish");
        }
    }

    private static void CheckRoute(RouteConfig route, RouteSettingsConfig settings, SluiceConfig config, DiagnosticBag diagnostics)
    {
        // Policies and defaults are for many routes, of which some forward.
        bool isOwn = route.Settings.Cache is { IsOff: false };
        if (settings.Cache is not { IsOff: false } cache || (route.Proxy is null && !isOwn))
        {
            return;
        }

        if (route.Proxy is null)
        {
            diagnostics.Add(DiagnosticCodes.IneffectiveCache, "nothing is stored: the route answers by itself", cache.Location);
        }
        else if (isOwn && settings.Methods is { Count: > 0 } methods && !methods.Contains("GET") && !methods.Contains("HEAD"))
        {
            diagnostics.Add(DiagnosticCodes.IneffectiveCache, $"nothing is stored: the route takes {string.Join(' ', methods)} only", cache.Location);
        }

        const CacheIgnored Lifetimes = CacheIgnored.CacheControl | CacheIgnored.Expires;
        if (cache.Valid is null && ((cache.Ignore ?? CacheIgnored.None) & Lifetimes) == Lifetimes)
        {
            diagnostics.Add(
                DiagnosticCodes.IneffectiveCache, "what servers say of freshness is ignored, and nothing is said in its place", cache.Location, "add `valid: { 200: 10m }`");
        }

        CacheStorePlan store = CacheCompiler.Compile(config.Cache);
        if (cache.SliceBytes > store.MemoryObjectBytesMax)
        {
            diagnostics.Add(
                DiagnosticCodes.ImpossibleCache,
                $"`slice` is {Values.SizeType.Format(cache.SliceBytes.Value)}, and one object has at most {Values.SizeType.Format(store.MemoryObjectBytesMax)} in memory",
                cache.Location,
                "`1MiB` is usual; see `memory` and `max_object` of `cache` at the top level");
        }

        long largest = Math.Max(store.MemoryObjectBytesMax, store.Disk?.ObjectBytesMax ?? 0);
        if (cache.ObjectBytesMax > largest)
        {
            string places = store.Disk is null ? "memory takes no" : "neither memory nor disk takes";
            diagnostics.Add(
                DiagnosticCodes.IneffectiveCache,
                $"`max_object` is {Values.SizeType.Format(cache.ObjectBytesMax.Value)}, and {places} more than {Values.SizeType.Format(largest)}",
                cache.Location,
                "see `max_object` of `cache` at the top level");
        }
    }
}
