namespace Sluice.Proxy.Plans.Matching;

/// <summary>The name that the client asked for in its TLS handshake (RFC 6066, section 3) is one of several; without one nothing fits.</summary>
/// <param name="Names">At least one.</param>
public sealed record SniCondition(PlanList<HostMatch> Names) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"sni {string.Join(" or ", Names)}";
}
