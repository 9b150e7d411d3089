using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Copies go somewhere else than the requests, and there are requests to copy.</summary>
internal static class MirrorChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // A route that could not be read may have had another action.
        if (diagnostics.HasErrors)
        {
            return;
        }

        foreach (RouteConfig route in config.Routes.Where(route => route.Settings.Mirror is { IsOff: false }))
        {
            MirrorConfig mirror = route.Settings.Mirror!;
            if (route.Proxy is null)
            {
                diagnostics.Add(DiagnosticCodes.PointlessMirror, "nothing is copied: the route answers by itself", mirror.Location);
            }
            else if (mirror.To?.UpstreamName is { } name && route.Proxy.Targets.Any(target => target.UpstreamName == name))
            {
                diagnostics.Add(DiagnosticCodes.PointlessMirror, $"copies go to `{name}`, which gets the requests themselves", mirror.To.Location);
            }
        }
    }
}
