namespace Sluice.Proxy.Caching;

/// <summary>What became of a response that varies by nothing, where others may.</summary>
internal enum JoinOutcome
{
    /// <summary>There are no others.</summary>
    NoList = 0,

    /// <summary>It is one of them.</summary>
    Joined,

    /// <summary>There are so many that none is taken in for now.</summary>
    Refused,
}
