using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Values;

/// <summary>
/// What tells requests apart behind their host. It begins with a slash, as paths do: otherwise what one client writes there could look like the end of another host.
/// </summary>
internal sealed class CacheKeyType() : TemplateType(TemplateScope.Request)
{
    protected override ValueProblem? FindFixedTextProblem(Template template)
    {
        bool isRooted = template.Parts.Count > 0 && template.Parts[0] switch
        {
            { Variable: TemplateVariable.None } text => text.Text.Span.StartsWith("/"u8),
            { Variable: TemplateVariable.Path or TemplateVariable.Uri } => true,
            _ => false,
        };
        return isRooted ? null : new ValueProblem(
            DiagnosticCodes.ImpossibleCache, "the key does not begin with a path", "`{path}`, `{uri}` or a `/`; scheme, host and port are in it in any case");
    }
}
