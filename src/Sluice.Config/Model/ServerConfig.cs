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

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
