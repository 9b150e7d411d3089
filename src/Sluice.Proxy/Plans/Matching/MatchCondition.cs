namespace Sluice.Proxy.Plans.Matching;

/// <summary>What a request has to fulfil beyond host and path: a leaf, or a tree of them. Compares by value, since a reload asks what changed.</summary>
/// <remarks>Its text is for people: messages, and what <c>sluice route</c> explains.</remarks>
public abstract record MatchCondition
{
    /// <summary>The leaves of the tree: the more there are, the more specific a route is.</summary>
    public abstract int LeafCount { get; }
}
