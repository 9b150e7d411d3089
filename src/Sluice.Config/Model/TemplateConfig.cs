using Sluice.Config.Diagnostics;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Model;

/// <summary>A text with variables.</summary>
/// <param name="Value">The parsed text.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record TemplateConfig(Template Value, SourceLocation? Location = null);
