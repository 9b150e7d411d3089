namespace Sluice.Tidy.Cases;

/// <summary>
/// One of the cases that the proxy has to get right. Tests name those they show by <c>[Trait("Case", "U-01")]</c>, and so do the cases of tests/Hostile/Corpus
/// whose name begins with the number.
/// </summary>
/// <param name="Number">Its number: U for faults of servers, L for limits and overload.</param>
/// <param name="What">What happens, and what must come of it.</param>
public sealed record NumberedCase(string Number, string What)
{
    /// <summary>Why no test shows it: it is about something that Sluice doesn't have, or that a test can't bring about. Null where there has to be a test.</summary>
    public string? Absent { get; init; }

    /// <summary>The measurements of bench/Load that have its figures beside what a test can judge.</summary>
    public IReadOnlyList<string> Measurements { get; init; } = [];
}
