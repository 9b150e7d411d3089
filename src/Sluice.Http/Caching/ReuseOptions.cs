namespace Sluice.Http.Caching;

/// <summary>What an operator decided about using stored responses.</summary>
public readonly record struct ReuseOptions
{
    /// <summary>
    /// Whether clients may ask for fresher responses than there are, or for staler ones: <c>max-age</c>, <c>min-fresh</c>, <c>max-stale</c>, <c>no-cache</c>,
    /// <c>stale-if-error</c>. They are advice (RFC 9111, section 5.2.1), and would let anybody send every request through to the server.
    /// </summary>
    public bool HonorsClient { get; init; }

    /// <summary>Whether <c>only-if-cached</c> has no effect.</summary>
    public bool IgnoresOnlyIfCached { get; init; }

    /// <summary>For how many seconds behind its lifetime a response may be used while the server can't be reached at all (section 4.2.4); 0 for none.</summary>
    public int StaleWhenDisconnected { get; init; }
}
