namespace Sluice.Proxy.Balancing;

/// <summary>What a balancer may look at for one pick.</summary>
internal readonly ref struct BalanceInput
{
    /// <summary>Servers that were tried in vain, one bit each by their number modulo 64.</summary>
    public ulong Failed { get; init; }

    /// <summary>The hash of the value that decides, for policies by hash; a random number for a request without that value.</summary>
    public ulong KeyHash { get; init; }

    /// <summary>The worker's loop time.</summary>
    public long NowMs { get; init; }

    /// <summary>The worker's generator.</summary>
    public Random Random { get; init; }

    /// <summary>The same, with a server more that is passed by.</summary>
    public BalanceInput Without(ulong bit) => new() { Failed = Failed | bit, KeyHash = KeyHash, NowMs = NowMs, Random = Random };
}
