namespace Sluice.Admin.Api;

/// <summary>A server of an upstream.</summary>
public sealed record ServerStatus
{
    /// <summary>As written in a configuration.</summary>
    public required string Address { get; init; }

    /// <summary>Its share relative to its siblings.</summary>
    public required int Weight { get; init; }

    /// <summary>Requests that it is answering.</summary>
    public required int ActiveRequests { get; init; }

    /// <summary>Connections to it, in use or idle.</summary>
    public required int Connections { get; init; }

    /// <summary>What its name was resolved to; empty until it was for the first time.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }
}
