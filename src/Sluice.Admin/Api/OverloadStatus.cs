namespace Sluice.Admin.Api;

/// <summary>What an instance does against overload.</summary>
public sealed record OverloadStatus
{
    /// <summary>The highest step that is taken; <c>none</c> in general.</summary>
    public required string Step { get; init; }

    /// <summary>How much of each resource is used, 0 to 1; without those that have no limit.</summary>
    public required IReadOnlyDictionary<string, double> Pressures { get; init; }

    /// <summary>Requests that got a 503, by their priority class.</summary>
    public required IReadOnlyDictionary<string, long> Shed { get; init; }

    /// <summary>Connections that were refused.</summary>
    public required long RefusedConnections { get; init; }
}
