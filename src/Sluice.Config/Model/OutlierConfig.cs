using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Whether and when servers are taken out because of their answers. The rules need no compiling, so they are those of the plan.</summary>
public sealed record OutlierConfig
{
    /// <summary>The rules; null switches them off.</summary>
    public OutlierPlan? Plan { get; init; } = new();

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
