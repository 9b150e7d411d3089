namespace Sluice.Proxy.Plans.Caching;

/// <summary>What servers say about storing their responses, and what the operator may know better.</summary>
[Flags]
public enum CacheIgnored
{
    /// <summary>All of it counts.</summary>
    None = 0,

    /// <summary><c>Cache-Control</c> and its targeted forms, and <c>Pragma</c>.</summary>
    CacheControl = 1,

    /// <summary><c>Expires</c>.</summary>
    Expires = 2,

    /// <summary><c>Vary</c>: everybody gets the same.</summary>
    Vary = 4,

    /// <summary><c>Set-Cookie</c>: the response is stored without it.</summary>
    SetCookie = 8,
}
