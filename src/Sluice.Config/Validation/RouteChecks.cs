using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Routes can be told apart.</summary>
internal static class RouteChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        var names = new Dictionary<string, RouteConfig>(StringComparer.Ordinal);
        foreach (RouteConfig route in config.Routes)
        {
            if (route.Name is not null && !names.TryAdd(route.Name, route))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"two routes have the name `{route.Name}`", route.Location)
                {
                    Related = names[route.Name].Location is { } place ? ("the first one stands at", place) : null,
                });
            }
        }
    }
}
