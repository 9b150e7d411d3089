using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Caching;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Linting;

/// <summary>Nobody is sent what was meant for somebody else.</summary>
internal static class CacheAdvice
{
    internal static void Run(SluiceConfig config, DiagnosticBag advice)
    {
        foreach ((RouteConfig route, RouteSettingsConfig settings) in config.Routes.Zip(PlanCompiler.CompileSettings(config)))
        {
            if (route.Proxy is not null && settings.Cache is { IsOff: false } cache)
            {
                CheckKey(cache, settings, advice);
                CheckIgnored(cache, advice);
            }
        }
    }

    private static void CheckKey(CacheConfig cache, RouteSettingsConfig settings, DiagnosticBag advice)
    {
        if (cache.Key is { } key)
        {
            if (!Has(key, TemplateVariable.Uri, TemplateVariable.Query, TemplateVariable.QueryValue))
            {
                advice.Add(DiagnosticCodes.RiskyCache, "the key has nothing of the query: whatever it says, the response is the same", key.Location, "add `{query}`, or the parameters that count");
            }

            if (!Has(key, TemplateVariable.Uri, TemplateVariable.Path, TemplateVariable.PathSegment, TemplateVariable.PathGroup))
            {
                advice.Add(DiagnosticCodes.RiskyCache, "the key has nothing of the path: all of them get the same response", key.Location, "add `{path}`");
            }
        }

        if (cache.TrustsAllHeaders)
        {
            advice.Add(
                DiagnosticCodes.RiskyCache, "servers get every header of one client for a response that others are sent", cache.Location, "name those that are needed in `key_headers`");
        }

        if (settings.ClientCertificate is { IsRequired: true })
        {
            advice.Add(DiagnosticCodes.RiskyCache, "clients have to show a certificate, and all of them are sent the same", cache.Location);
        }
    }

    private static void CheckIgnored(CacheConfig cache, DiagnosticBag advice)
    {
        CacheIgnored ignored = cache.Ignore ?? CacheIgnored.None;
        if (ignored.HasFlag(CacheIgnored.CacheControl))
        {
            advice.Add(DiagnosticCodes.RiskyCache, "what servers mark as `private` or `no-store` is stored all the same, and sent to everybody", cache.Location);
        }

        if (ignored.HasFlag(CacheIgnored.SetCookie))
        {
            advice.Add(DiagnosticCodes.RiskyCache, "a response with a cookie is often made for one client; it is stored without the cookie, and sent to everybody", cache.Location);
        }

        if (ignored.HasFlag(CacheIgnored.Vary))
        {
            advice.Add(
                DiagnosticCodes.RiskyCache, "what servers make depend on a header (`Vary`) is the same for everybody", cache.Location, "put the headers that count into `key_headers`");
        }
    }

    private static bool Has(TemplateConfig template, params TemplateVariable[] variables) => template.Value.Parts.Any(part => variables.Contains(part.Variable));
}
