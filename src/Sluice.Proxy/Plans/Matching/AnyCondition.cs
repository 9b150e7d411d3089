namespace Sluice.Proxy.Plans.Matching;

/// <summary>At least one of several conditions.</summary>
/// <param name="Conditions">At least one.</param>
public sealed record AnyCondition(PlanList<MatchCondition> Conditions) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => Conditions.Sum(condition => condition.LeafCount);

    /// <inheritdoc/>
    public override string ToString() => $"any of ({string.Join("; ", Conditions)})";
}
