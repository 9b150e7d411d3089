using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>What a route says about other origins is something that browsers accept.</summary>
internal static class CorsChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (RouteConfig route in config.Routes)
        {
            Check(route.Settings, diagnostics);
        }

        foreach (PolicyConfig policy in config.Policies)
        {
            Check(policy.Settings, diagnostics);
        }

        Check(config.Defaults.Routes, diagnostics);
    }

    private static void Check(RouteSettingsConfig settings, DiagnosticBag diagnostics)
    {
        if (settings.Cors is not { } cors)
        {
            return;
        }

        if (cors.Credentials && (cors.AnyOrigin || cors.Expose.Contains("*")))
        {
            string what = cors.AnyOrigin ? "`credentials` for every origin" : "`credentials` while every header is exposed";
            diagnostics.Add(DiagnosticCodes.CredentialsForAll, $"{what}: browsers refuse that", cors.Location, "name the origins and headers");
        }

        foreach (HeaderEditConfig edit in settings.ResponseHeaders?.Entries ?? [])
        {
            if (edit.Name.StartsWith("access-control-", StringComparison.OrdinalIgnoreCase))
            {
                diagnostics.Add(DiagnosticCodes.CorsHeaderTwice, $"`cors` writes `{edit.Name}`, too", edit.Location, "leave it to `cors`");
            }
        }
    }
}
