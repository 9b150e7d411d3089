namespace Sluice.Admin.Api;

/// <summary>An upstream.</summary>
public sealed record UpstreamStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How a server is picked, as written in a configuration.</summary>
    public required string Balance { get; init; }

    /// <summary>Its circuit breaker; null without one.</summary>
    public CircuitStatus? Circuit { get; init; }

    /// <summary>Its limit of requests that follows response times; null without one.</summary>
    public ConcurrencyStatus? Concurrency { get; init; }

    /// <summary>Its servers in the order written.</summary>
    public required IReadOnlyList<ServerStatus> Servers { get; init; }
}
