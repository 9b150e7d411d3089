using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>What keeps requests that belong together at one upstream of a split. It needs no compiling, so it is that of the plan.</summary>
public sealed record StickyConfig
{
    /// <summary>How; null when it could not be read.</summary>
    public StickyPlan? Plan { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
