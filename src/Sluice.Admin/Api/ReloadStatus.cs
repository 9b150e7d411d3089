namespace Sluice.Admin.Api;

/// <summary>What became of the reloads.</summary>
public sealed record ReloadStatus
{
    /// <summary>Whether what the files said at the last reload is what is served.</summary>
    public required bool IsLastSuccessful { get; init; }

    /// <summary>When what is served was loaded.</summary>
    public required DateTimeOffset LastSuccessAt { get; init; }

    /// <summary>When the last reload ended; null before the first.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>What asked for it.</summary>
    public string? LastTrigger { get; init; }

    /// <summary>What it changed, or why it failed, in one line.</summary>
    public string? LastSummary { get; init; }

    /// <summary>Reloads that succeeded.</summary>
    public required long Successes { get; init; }

    /// <summary>Reloads that failed.</summary>
    public required long Failures { get; init; }
}
