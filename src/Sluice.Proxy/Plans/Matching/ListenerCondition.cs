namespace Sluice.Proxy.Plans.Matching;

/// <summary>The request came in through one of several listeners.</summary>
/// <param name="Listeners">Entries of <see cref="ProxyPlan.Listeners"/>; at least one.</param>
public sealed record ListenerCondition(PlanList<ListenerPlan> Listeners) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"listener {string.Join(" or ", Listeners.Select(listener => listener.Name ?? listener.Text))}";
}
