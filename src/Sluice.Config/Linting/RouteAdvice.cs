using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Linting;

/// <summary>Routes can be told apart in logs, and what nobody meant is not answered as a success.</summary>
internal static class RouteAdvice
{
    private const int NamelessMax = 20;

    internal static void Run(SluiceConfig config, DiagnosticBag advice)
    {
        if (config.Routes.Count > NamelessMax && config.Routes.FirstOrDefault(route => route.Name is null) is { } nameless)
        {
            int count = config.Routes.Count(route => route.Name is null);
            advice.Add(DiagnosticCodes.NamelessRoutes, $"{count} of {config.Routes.Count} routes have no `name`", nameless.Location, "the first of them");
        }

        foreach (RouteConfig route in config.Routes)
        {
            if (config.Routes.Count > 1 && route.Respond is { Status: < 300 } respond && route.Match.Equals(new MatchConfig()))
            {
                advice.Add(
                    DiagnosticCodes.EverythingAnswered,
                    $"every request that no other route takes is answered with {respond.Status}",
                    route.Location,
                    "match what it is for, or respond with 404");
            }
        }
    }
}
