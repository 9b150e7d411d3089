namespace Sluice.Config.Model;

/// <summary>A fixed response.</summary>
public sealed record RespondConfig
{
    /// <summary>200 to 599.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The content; null means none.</summary>
    public string? Body { get; init; }

    /// <summary>Headers in the order written; one with several values comes once for each.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
