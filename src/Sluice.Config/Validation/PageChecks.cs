using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Validation;

/// <summary>Pages are small enough to be sent, and their variables can be encoded; none waits in vain for its status.</summary>
internal static class PageChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (RouteSettingsConfig settings in SettingsOf(config))
        {
            if (settings.Maintenance is { } maintenance)
            {
                CheckMaintenance(maintenance, diagnostics);
            }

            foreach (IReadOnlyList<ErrorPageConfig> pages in settings.ErrorPages?.Layers ?? [])
            {
                CheckPages(pages, diagnostics);
            }
        }
    }

    private static IEnumerable<RouteSettingsConfig> SettingsOf(SluiceConfig config) =>
        [.. config.Routes.Select(route => route.Settings), .. config.Policies.Select(policy => policy.Settings), config.Defaults.Routes];

    private static void CheckMaintenance(MaintenanceConfig maintenance, DiagnosticBag diagnostics)
    {
        PageConfig page = maintenance.Page;
        if (page is { File: not null, Body.Location: { } body } && page.FileLocation != body)
        {
            diagnostics.Add(DiagnosticCodes.ExclusiveOptions, "the maintenance has both `body` and `file`", page.FileLocation, "keep one");
            return;
        }

        CheckPage(page, diagnostics);
    }

    private static void CheckPages(IReadOnlyList<ErrorPageConfig> pages, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<(StatusRange Range, string Type), ErrorPageConfig>();
        foreach (ErrorPageConfig page in pages)
        {
            CheckPage(page.Page, diagnostics);
            string type = ContentTypes.Of(page.Page).Split(';')[0].TrimEnd().ToLowerInvariant();
            foreach (StatusRange range in page.On)
            {
                if (!known.TryAdd((range, type), page))
                {
                    diagnostics.Add(new Diagnostic(DiagnosticCodes.UnreachablePage, $"the page is never sent: another for {range} is `{type}`, too", page.Location)
                    {
                        Related = known[(range, type)].Location is { } first ? ("the first one stands at", first) : null,
                    });
                }
            }
        }
    }

    private static void CheckPage(PageConfig page, DiagnosticBag diagnostics)
    {
        if (page.Body is not { Value.IsFixed: false } body)
        {
            return;
        }

        string type = ContentTypes.Of(page);
        if (ContentTypes.EncodingOf(type) is null)
        {
            diagnostics.Add(
                DiagnosticCodes.VariablesNotEncoded, $"variables can't be encoded for `{type}`", page.ContentTypeLocation ?? body.Location,
                "HTML, XML, JSON and `text/plain` may have variables");
        }

        if (body.Value.Parts.Sum(part => part.Variable == TemplateVariable.None ? part.Text.Count : 0) > PagePlan.VariableBytesMax)
        {
            diagnostics.Add(DiagnosticCodes.PageTooLarge, "the page is too large to have variables", body.Location, "64 KiB at the most, or no variables");
        }
    }
}
