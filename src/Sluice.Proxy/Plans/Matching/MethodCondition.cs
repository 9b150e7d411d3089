namespace Sluice.Proxy.Plans.Matching;

/// <summary>The method is one of several.</summary>
/// <param name="Methods">Tokens; their case counts (RFC 9110, section 9.1).</param>
public sealed record MethodCondition(PlanList<string> Methods) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"method {string.Join(" or ", Methods)}";
}
