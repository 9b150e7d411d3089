namespace Sluice.Admin.Api;

/// <summary>What differs between the named parts of two configurations.</summary>
public sealed record ChangedNames
{
    /// <summary>Names that are new.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>Names that are gone.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>Names that mean something else now.</summary>
    public required IReadOnlyList<string> Changed { get; init; }
}
