using Sluice.Config.Diagnostics;

namespace Sluice.Config.Formatting;

/// <summary>What became of formatting a file.</summary>
/// <param name="Original">The text as it is; null when it can't be read.</param>
/// <param name="Formatted">The text as it should be; null when it can't be read, or can't be formatted without changing what it means.</param>
/// <param name="Diagnostics">Why it can't be read.</param>
public sealed record FormatResult(string? Original, string? Formatted, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Whether there is anything to do.</summary>
    public bool IsChanged => Formatted is not null && Formatted != Original;
}
