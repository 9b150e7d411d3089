namespace Sluice.Proxy.Plans.Matching;

/// <summary>Whether the client used https: on its own connection, or on the one to a trusted proxy.</summary>
/// <param name="IsHttps">Whether it has to be.</param>
public sealed record SchemeCondition(bool IsHttps) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => IsHttps ? "scheme https" : "scheme http";
}
