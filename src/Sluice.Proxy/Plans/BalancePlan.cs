namespace Sluice.Proxy.Plans;

/// <summary>How an upstream picks a server for a request.</summary>
/// <param name="Policy">The way.</param>
public sealed record BalancePlan(BalancePolicy Policy)
{
    /// <summary>The value of the request that decides, for <see cref="BalancePolicy.RingHash"/> and <see cref="BalancePolicy.Maglev"/>.</summary>
    public StickyKeyPlan? Key { get; init; }

    /// <summary>
    /// The most requests in flight that a server may have beyond its even share, in percent of that share, for hashes; 0 means no bound. 125 lets a server
    /// have a quarter more than its share before its keys go to the next.
    /// </summary>
    public int BoundedLoadPercent { get; init; }
}
