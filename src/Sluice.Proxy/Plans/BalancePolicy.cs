namespace Sluice.Proxy.Plans;

/// <summary>How a server is picked for a request.</summary>
public enum BalancePolicy
{
    /// <summary>Smooth weighted round robin: each server in turn, in proportion to its weight and well mixed.</summary>
    RoundRobin,

    /// <summary>The server with the fewest requests in flight relative to its weight.</summary>
    LeastRequests,

    /// <summary>Two servers drawn at random by weight; of them, the one with fewer requests in flight relative to its weight.</summary>
    RandomTwoChoices,
}
