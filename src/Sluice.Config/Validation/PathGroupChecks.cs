using System.Text;
using System.Text.RegularExpressions;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Validation;

/// <summary>A variable such as <c>{path.id}</c> names a group of the route's own path; one that doesn't would always be empty.</summary>
/// <remarks>Policies, defaults and upstreams are for many routes, of which some may have the group, so theirs are not checked.</remarks>
internal static class PathGroupChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (RouteConfig route in config.Routes)
        {
            List<TemplateConfig> templates = [.. TemplatesOf(route).Where(template => GroupsOf(template).Any())];
            List<string> known = templates.Count == 0 ? [] : KnownOf(route);
            foreach (TemplateConfig template in templates)
            {
                foreach (string name in GroupsOf(template).Where(name => !known.Contains(name)))
                {
                    AddUnknown(template, name, known, diagnostics);
                }
            }
        }
    }

    private static IEnumerable<TemplateConfig> TemplatesOf(RouteConfig route)
    {
        RouteSettingsConfig settings = route.Settings;
        IEnumerable<HeaderEditConfig> headers = [.. settings.RequestHeaders?.Entries ?? [], .. settings.ResponseHeaders?.Entries ?? []];
        IEnumerable<TemplateConfig?> single = [route.Redirect?.To, settings.Rewrite?.Replace, settings.Cache?.Key];
        IEnumerable<TemplateConfig> keys = route.Proxy?.Sticky is { Plan: StickyKeyPlan { Template: { } key } } sticky ? [new TemplateConfig(key, sticky.Location)] : [];
        return single.OfType<TemplateConfig>().Concat(keys)
            .Concat((settings.Rewrite?.Query?.Entries ?? []).SelectMany(edit => edit.Values))
            .Concat(headers.SelectMany(edit => edit.Values));
    }

    private static IEnumerable<string> GroupsOf(TemplateConfig template) =>
        template.Value.Parts.Where(part => part.Variable == TemplateVariable.PathGroup).Select(part => Encoding.ASCII.GetString(part.Text.Span));

    private static List<string> KnownOf(RouteConfig route) =>
    [
        .. route.Match.Paths.Where(path => path.Kind == PathMatchKind.Regex)
            .SelectMany(path => new Regex(path.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).GetGroupNames())
            .Where(name => !char.IsAsciiDigit(name[0]))
            .Distinct(),
    ];

    private static void AddUnknown(TemplateConfig template, string name, List<string> known, DiagnosticBag diagnostics)
    {
        string? nearest = NearestWord.Find(name, known);
        diagnostics.Add(new Diagnostic(DiagnosticCodes.UnknownPathGroup, $"the path of the route has no group `{name}`", template.Location)
        {
            Hint = nearest is not null ? $"did you mean `{{path.{nearest}}}`?" : known.Count == 0 ? $"in `match`: `path: {{ regex: \"/(?<{name}>[^/]+)\" }}`" : null,
            ValidHere = [.. known.Select(group => $"{{path.{group}}}")],
        });
    }
}
