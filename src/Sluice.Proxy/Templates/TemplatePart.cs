using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Templates;

/// <summary>A piece of a template: fixed text, or a variable.</summary>
/// <param name="Variable"><see cref="TemplateVariable.None"/> for fixed text.</param>
/// <param name="Text">The fixed text in UTF-8, or the name that belongs to the variable, such as that of a header.</param>
/// <param name="Number">Of a path segment, from 1; otherwise 0.</param>
public readonly record struct TemplatePart(TemplateVariable Variable, PlanList<byte> Text, int Number);
