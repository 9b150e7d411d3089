namespace Sluice.Config.Diagnostics;

/// <summary>A finding about a configuration.</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Message">What is wrong, in one line, with the offending text in backticks.</param>
/// <param name="Location">Where; null when it is about no place in particular.</param>
public sealed record Diagnostic(DiagnosticCode Code, string Message, SourceLocation? Location)
{
    /// <summary>What to do about it, in a few words beside the caret.</summary>
    public string? Hint { get; init; }

    /// <summary>The words that are valid at this place; empty when that is not the question.</summary>
    public IReadOnlyList<string> ValidHere { get; init; } = [];

    /// <summary>Another place that has to do with it, with what it is to it, such as <c>first given here</c>.</summary>
    public (string Text, SourceLocation Location)? Related { get; init; }

    /// <summary>Whether it makes the configuration unusable.</summary>
    public bool IsError => Code.Severity == DiagnosticSeverity.Error;
}
