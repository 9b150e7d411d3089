using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>Where a route forwards to: a named upstream, or servers of its own.</summary>
public sealed record ProxyConfig
{
    /// <summary>The name of one of <see cref="SluiceConfig.Upstreams"/>, or null.</summary>
    public string? UpstreamName { get; init; }

    /// <summary>The servers written in the route itself; empty when there is a name.</summary>
    public IReadOnlyList<ServerConfig> Servers { get; init; } = [];

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
