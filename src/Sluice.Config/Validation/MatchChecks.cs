using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Matches of routes, and those within their settings, are not nested without end, refer to listeners that exist, and can be fulfilled.</summary>
internal static class MatchChecks
{
    private const int DepthMax = 16;

    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (RouteConfig route in config.Routes)
        {
            Check(route.Match, config, diagnostics, depth: 0);
        }

        foreach (MatchConfig condition in CacheChecks.All(config).SelectMany(settings => settings.Cache?.Conditions ?? []))
        {
            Check(condition, config, diagnostics, depth: 0);
        }
    }

    private static void Check(MatchConfig match, SluiceConfig config, DiagnosticBag diagnostics, int depth)
    {
        if (depth > DepthMax)
        {
            diagnostics.Add(DiagnosticCodes.MatchTooDeep, $"the match is nested more than {DepthMax} levels deep", match.Location);
            return;
        }

        foreach (ListenerUseConfig use in match.Listeners)
        {
            if (ListenerNames.IndexOf(config.Listeners, use.Text) < 0)
            {
                AddUnknown(use, config, diagnostics);
            }
        }

        // What could not be read looks like a match of everything.
        if (!diagnostics.HasErrors && match.Not is { } excluded && new MatchCompiler(config.Listeners).Compile(excluded) is { Hosts: [], Paths: [], Condition: null })
        {
            diagnostics.Add(DiagnosticCodes.ImpossibleMatch, "`not` of a match that takes every request takes none", excluded.Location);
        }

        foreach (MatchConfig inner in match.Inner)
        {
            Check(inner, config, diagnostics, depth + 1);
        }
    }

    private static void AddUnknown(ListenerUseConfig use, SluiceConfig config, DiagnosticBag diagnostics)
    {
        List<string> names = [.. config.Listeners.Select(listener => listener.Name ?? listener.Text)];
        string? nearest = NearestWord.Find(use.Text, names);
        diagnostics.Add(new Diagnostic(DiagnosticCodes.UnknownListener, $"there is no listener `{use.Text}`", use.Location)
        {
            Hint = nearest is null ? null : $"did you mean `{nearest}`?",

            // More than a screenful helps nobody.
            ValidHere = [.. names.Take(20)],
        });
    }
}
