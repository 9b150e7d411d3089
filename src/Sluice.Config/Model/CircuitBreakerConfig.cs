using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Whether and when an upstream gets no requests for a while. It needs no compiling, so it is that of the plan.</summary>
public sealed record CircuitBreakerConfig
{
    /// <summary>When; null for never.</summary>
    public CircuitBreakerPlan? Plan { get; init; } = new();

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
