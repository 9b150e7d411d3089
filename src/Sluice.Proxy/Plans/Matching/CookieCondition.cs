namespace Sluice.Proxy.Plans.Matching;

/// <summary>A cookie of the request (RFC 6265, section 4.2).</summary>
/// <param name="Name">The name; its case counts.</param>
/// <param name="Test">What its value has to be.</param>
public sealed record CookieCondition(string Name, ValueTest Test) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"cookie {Name} {Test}";
}
