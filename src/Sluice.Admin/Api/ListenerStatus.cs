namespace Sluice.Admin.Api;

/// <summary>A listener.</summary>
public sealed record ListenerStatus
{
    /// <summary>As written in the configuration.</summary>
    public required string Address { get; init; }

    /// <summary>As bound, with the port that the kernel chose.</summary>
    public required string Bound { get; init; }
}
