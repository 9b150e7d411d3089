namespace Sluice.Admin.Api;

/// <summary>An upstream.</summary>
public sealed record UpstreamStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How a server is picked, as written in a configuration.</summary>
    public required string Balance { get; init; }

    /// <summary>Its servers in the order written.</summary>
    public required IReadOnlyList<ServerStatus> Servers { get; init; }
}
