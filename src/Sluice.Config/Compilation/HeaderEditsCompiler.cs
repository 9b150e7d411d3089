using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Compilation;

/// <summary>Compiles changes to headers.</summary>
internal static class HeaderEditsCompiler
{
    /// <summary>Those of requests.</summary>
    internal static PlanList<HeaderEdit> CompileRequest(RouteSettingsConfig settings) => [.. Own(settings.RequestHeaders)];

    /// <summary>Those of responses: a preset at the bottom, of which what the configuration says about a header takes the place.</summary>
    internal static PlanList<HeaderEdit> CompileResponse(RouteSettingsConfig settings)
    {
        HashSet<string> own = new(Own(settings.ResponseHeaders).Select(edit => edit.Name), StringComparer.OrdinalIgnoreCase);
        IEnumerable<HeaderEdit> preset = SecurityHeaders.Of(settings.SecurityHeaders ?? SecurityHeadersConfig.Off).Where(edit => !own.Contains(edit.Name));
        return [.. preset, .. Own(settings.ResponseHeaders)];
    }

    private static IEnumerable<HeaderEdit> Own(HeaderEditsConfig? edits) =>
        (edits?.Entries ?? []).Select(edit => new HeaderEdit(edit.Operation, edit.Name, [.. edit.Values.Select(value => value.Value)]));
}
