namespace Sluice.Admin.Api;

/// <summary>That a server is out because of its answers.</summary>
public sealed record EjectionStatus
{
    /// <summary>The rule: <c>consecutive_errors</c>, <c>error_ratio</c>, <c>success_rate</c> or <c>latency</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>What was seen, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it is let in again.</summary>
    public required DateTimeOffset Until { get; init; }
}
