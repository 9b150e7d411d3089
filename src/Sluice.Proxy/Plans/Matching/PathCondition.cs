namespace Sluice.Proxy.Plans.Matching;

/// <summary>The path is one of several; for paths within a tree of conditions, where they do not count for the order of routes.</summary>
/// <param name="Paths">At least one.</param>
public sealed record PathCondition(PlanList<PathMatch> Paths) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"path {string.Join(" or ", Paths)}";
}
