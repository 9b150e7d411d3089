namespace Sluice.Tidy;

/// <summary>A place that breaks a rule, printed the way a compiler prints an error.</summary>
/// <param name="Path">Relative to the repository's root.</param>
/// <param name="Line">From 1.</param>
public sealed record Violation(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}({Line}): {Message}";
}
