using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Config.Compilation;

/// <summary>A match as the plan of its route has it.</summary>
/// <param name="Hosts">Empty means every host.</param>
/// <param name="Paths">Empty means every path.</param>
/// <param name="Condition">What has to hold besides, or null.</param>
internal sealed record CompiledMatch(PlanList<HostMatch> Hosts, PlanList<PathMatch> Paths, MatchCondition? Condition)
{
    /// <summary>Whether it takes the same requests, in whatever order hosts and paths are written.</summary>
    internal bool IsSameAs(CompiledMatch other) =>
        Condition == other.Condition && Hosts.ToHashSet().SetEquals(other.Hosts) && Paths.ToHashSet().SetEquals(other.Paths);
}
