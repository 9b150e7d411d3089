using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>How the names of servers are resolved.</summary>
public sealed record ResolutionConfig
{
    /// <summary>What was said. It needs no compiling.</summary>
    public DnsPlan Plan { get; init; } = new();

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
