namespace Sluice.Admin.Reloading;

/// <summary>What is known of the reloads so far. Immutable; the first load counts as a success.</summary>
public sealed record ReloadHistory
{
    /// <summary>The last reload; null before the first.</summary>
    public ReloadOutcome? Last { get; init; }

    /// <summary>When the configuration that is served was loaded.</summary>
    public DateTimeOffset LastSuccessAt { get; init; }

    /// <summary>Reloads that succeeded, those that changed nothing among them.</summary>
    public long Successes { get; init; }

    /// <summary>Reloads that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Whether what the files said at last is what is served.</summary>
    public bool IsLastSuccessful => Last?.IsSuccess ?? true;

    internal ReloadHistory With(ReloadOutcome outcome) => outcome.IsSuccess
        ? this with { Last = outcome, LastSuccessAt = outcome.At, Successes = Successes + 1 }
        : this with { Last = outcome, Failures = Failures + 1 };
}
