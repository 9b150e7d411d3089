namespace Sluice.Proxy.Plans.Matching;

/// <summary>A parameter of the query, compared percent-decoded, where <c>+</c> is a blank.</summary>
/// <param name="Name">The name, decoded.</param>
/// <param name="Test">What its value has to be.</param>
public sealed record QueryCondition(string Name, ValueTest Test) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"query {Name} {Test}";
}
