namespace Sluice.Proxy.Plans.Matching;

/// <summary>The host is one of several; for hosts within a tree of conditions, where they do not count for the order of routes.</summary>
/// <param name="Hosts">At least one.</param>
public sealed record HostCondition(PlanList<HostMatch> Hosts) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"host {string.Join(" or ", Hosts)}";
}
