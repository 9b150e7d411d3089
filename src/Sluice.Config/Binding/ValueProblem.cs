using Sluice.Config.Diagnostics;

namespace Sluice.Config.Binding;

/// <summary>What is wrong with a value, before it is known where it stands: it may come from a file or from the command line.</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Message">In one line, naming the value in backticks.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record ValueProblem(DiagnosticCode Code, string Message, string? Hint = null)
{
    /// <summary>The words that are valid here.</summary>
    public IReadOnlyList<string> ValidHere { get; init; } = [];

    /// <summary>The same at a place in a file.</summary>
    public Diagnostic ToDiagnostic(SourceLocation location) => new(Code, Message, location) { Hint = Hint, ValidHere = ValidHere };

    /// <inheritdoc/>
    public override string ToString() => Hint is null ? Message : $"{Message} ({Hint})";
}
