namespace Sluice.Proxy.Plans;

/// <summary>How a server is picked for a request.</summary>
public enum BalancePolicy
{
    /// <summary>Weighted round robin: each server in turn, in proportion to its weight and well mixed.</summary>
    RoundRobin,

    /// <summary>The server with the fewest requests in flight relative to its weight.</summary>
    LeastRequests,

    /// <summary>Two servers drawn at random by weight; of them, the one with fewer requests in flight relative to its weight.</summary>
    RandomTwoChoices,

    /// <summary>The server with the least of response time × (requests in flight + 1) / weight.</summary>
    PeakEwma,

    /// <summary>The server that a value of the request belongs to, by its place on a ring.</summary>
    RingHash,

    /// <summary>The server that a value of the request belongs to, by a table that shares evenly.</summary>
    Maglev,

    /// <summary>The first in the order of the configuration.</summary>
    First,
}
