namespace Sluice.Config.Diagnostics;

/// <summary>The colours of a rendered finding, or none.</summary>
internal readonly record struct DiagnosticInk(bool IsColored, DiagnosticSeverity Of)
{
    internal string Severity(string text) => Paint(text, Of == DiagnosticSeverity.Error ? "1;31" : "1;33");

    internal string Strong(string text) => Paint(text, "1");

    internal string Frame(string text) => Paint(text, "34");

    private string Paint(string text, string color) => IsColored ? $"\u001b[{color}m{text}\u001b[0m" : text;
}
