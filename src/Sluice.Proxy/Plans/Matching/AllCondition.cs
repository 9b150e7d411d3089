namespace Sluice.Proxy.Plans.Matching;

/// <summary>Every one of several conditions.</summary>
/// <param name="Conditions">At least one.</param>
public sealed record AllCondition(PlanList<MatchCondition> Conditions) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => Conditions.Sum(condition => condition.LeafCount);

    /// <inheritdoc/>
    public override string ToString() => $"all of ({string.Join("; ", Conditions)})";
}
