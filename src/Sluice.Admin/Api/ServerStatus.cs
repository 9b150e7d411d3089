namespace Sluice.Admin.Api;

/// <summary>A server of an upstream.</summary>
public sealed record ServerStatus
{
    /// <summary>As written in a configuration.</summary>
    public required string Address { get; init; }

    /// <summary>Its share relative to its siblings.</summary>
    public required int Weight { get; init; }

    /// <summary>Its tier: those of higher ones get requests only when lower ones can't take them.</summary>
    public required int Tier { get; init; }

    /// <summary>Whether it gets requests: <c>ready</c>, <c>draining</c> or <c>unavailable</c>.</summary>
    public required string Availability { get; init; }

    /// <summary>What the operator wants of it: <c>ready</c>, <c>drain</c> or <c>maintenance</c>.</summary>
    public required string Administrative { get; init; }

    /// <summary>What health checks say: <c>none</c>, <c>up</c> or <c>down</c>.</summary>
    public required string Checks { get; init; }

    /// <summary>The last health check; null where there are none, and before the first.</summary>
    public CheckStatus? LastCheck { get; init; }

    /// <summary>Whether it was taken out because of its answers.</summary>
    public required bool IsEjected { get; init; }

    /// <summary>Why it is as it is.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>That it is out because of its answers; null when it isn't.</summary>
    public EjectionStatus? Ejection { get; init; }

    /// <summary>Requests that it is answering.</summary>
    public required int ActiveRequests { get; init; }

    /// <summary>Connections to it, in use or idle.</summary>
    public required int Connections { get; init; }

    /// <summary>What its name was resolved to; empty until it was for the first time.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }
}
