namespace Sluice.Admin.Api;

/// <summary>A route.</summary>
public sealed record RouteStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The requests that it takes, in short.</summary>
    public required string Match { get; init; }

    /// <summary>What it does with them, in short.</summary>
    public required string Action { get; init; }

    /// <summary>How many it took since it was first loaded.</summary>
    public required long Requests { get; init; }
}
