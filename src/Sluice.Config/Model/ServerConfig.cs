using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>A server of an upstream.</summary>
public sealed record ServerConfig
{
    /// <summary>Where it is; null only when it could not be read.</summary>
    public ServerAddress? Address { get; init; }

    /// <summary>Its share, 1 to 1,000; null means 1 and that nothing was said.</summary>
    public int? Weight { get; init; }

    /// <summary>Its tier, from 0; null means 0, or 1 for a backup.</summary>
    public int? Tier { get; init; }

    /// <summary>Whether it gets requests only when the others can't take them.</summary>
    public bool IsBackup { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
