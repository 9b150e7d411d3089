namespace Sluice.Proxy.Templates;

/// <summary>A variable as it is written in a template.</summary>
/// <param name="Variable">What it stands for.</param>
/// <param name="Name">Its name without braces. One that ends in a dot is followed by a name of the user's choice.</param>
/// <param name="Scope">From where on it is known.</param>
/// <param name="Meaning">What it is, for the reference, in Markdown.</param>
public sealed record TemplateVariableInfo(TemplateVariable Variable, string Name, TemplateScope Scope, string Meaning);
