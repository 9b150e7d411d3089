namespace Sluice.Proxy.Plans.Matching;

/// <summary>The contrary of a condition.</summary>
/// <param name="Condition">What must not hold; null holds for every request, so that its contrary holds for none.</param>
public sealed record NotCondition(MatchCondition? Condition) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => Condition?.LeafCount ?? 1;

    /// <inheritdoc/>
    public override string ToString() => $"not ({Condition?.ToString() ?? "every request"})";
}
