namespace Sluice.Admin.Api;

/// <summary>The circuit breaker of an upstream.</summary>
public sealed record CircuitStatus
{
    /// <summary><c>closed</c>, <c>open</c> or <c>half_open</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How often it was opened.</summary>
    public required long Opened { get; init; }
}
