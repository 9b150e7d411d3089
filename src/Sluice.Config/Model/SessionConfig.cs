using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>What keeps the requests of a client at one server. It needs no compiling, so it is that of the plan.</summary>
public sealed record SessionConfig
{
    /// <summary>How.</summary>
    public SessionPlan Plan { get; init; } = new();

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
