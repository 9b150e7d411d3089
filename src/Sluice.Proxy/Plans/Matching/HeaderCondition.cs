namespace Sluice.Proxy.Plans.Matching;

/// <summary>A header.</summary>
/// <param name="Name">The name; its case does not count.</param>
/// <param name="Test">What its value has to be.</param>
public sealed record HeaderCondition(string Name, ValueTest Test) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"header {Name} {Test}";
}
