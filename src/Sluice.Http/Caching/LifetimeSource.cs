namespace Sluice.Http.Caching;

/// <summary>Where a freshness lifetime comes from; the first that is there counts (RFC 9111, section 4.2.1).</summary>
public enum LifetimeSource : byte
{
    /// <summary>Nowhere: the response is stale from the beginning.</summary>
    None,

    /// <summary>The operator, whatever the server says.</summary>
    Override,

    /// <summary><c>s-maxage</c>.</summary>
    SharedMaxAge,

    /// <summary><c>max-age</c>.</summary>
    MaxAge,

    /// <summary><c>Expires</c>.</summary>
    Expires,

    /// <summary>The operator, by status.</summary>
    Configured,

    /// <summary>A guess from <c>Last-Modified</c> (section 4.2.2).</summary>
    Heuristic,
}
