using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Whether and how the number of requests that an upstream has at once follows its response times. It needs no compiling, so it is that of the plan.</summary>
public sealed record AdaptiveConcurrencyConfig
{
    /// <summary>How; null for not at all.</summary>
    public AdaptiveConcurrencyPlan? Plan { get; init; } = new();

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
