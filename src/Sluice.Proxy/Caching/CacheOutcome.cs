namespace Sluice.Proxy.Caching;

/// <summary>What the cache had to do with a request.</summary>
public enum CacheOutcome
{
    /// <summary>Nothing: its route has no cache, or it got none that far.</summary>
    None = 0,

    /// <summary>Answered with what was stored, and fresh.</summary>
    Hit,

    /// <summary>Answered with what was stored and no longer fresh.</summary>
    Stale,

    /// <summary>Answered with what was stored, after a server said that it is still good.</summary>
    Revalidated,

    /// <summary>Nothing was stored: fetched from a server.</summary>
    Miss,

    /// <summary>What was stored was not good any more: fetched from a server.</summary>
    Expired,

    /// <summary>Answered with what another request was fetching.</summary>
    Coalesced,

    /// <summary>Not looked up: the method, what the request says, or the route's <c>bypass</c>; or what servers answer there is known not to be stored.</summary>
    Bypass,
}
