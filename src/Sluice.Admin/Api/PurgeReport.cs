namespace Sluice.Admin.Api;

/// <summary>What became of a purge.</summary>
public sealed record PurgeReport
{
    /// <summary>The objects that were removed, or made stale.</summary>
    public required long Objects { get; init; }

    /// <summary>Whether they were only made stale.</summary>
    public required bool IsSoft { get; init; }

    /// <summary>Why nothing was done; null when it was.</summary>
    public string? Problem { get; init; }
}
