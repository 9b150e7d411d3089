namespace Sluice.Proxy.Plans;

/// <summary>The choice is kept in a cookie (RFC 6265) of the client's.</summary>
public sealed record StickyCookiePlan : StickyPlan
{
    /// <summary>The name of the cookie: a token.</summary>
    public string Name { get; init; } = "sluice_split";

    /// <summary>The paths that it is for: begins with a slash; visible ASCII without <c>;</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>How long clients keep it, in seconds; 0 means until the browser is closed.</summary>
    public int MaxAgeSeconds { get; init; }

    /// <summary>Whether it is sent over encrypted connections only.</summary>
    public bool Secure { get; init; }

    /// <summary>Whether it is kept from scripts.</summary>
    public bool HttpOnly { get; init; } = true;

    /// <summary>Whether requests that begin at another site carry it.</summary>
    public SameSitePolicy SameSite { get; init; } = SameSitePolicy.Lax;
}
