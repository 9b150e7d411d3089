namespace Sluice.Proxy.Plans;

/// <summary>Whether a cookie goes with requests that begin at another site (RFC 6265bis, section 5.2).</summary>
public enum SameSitePolicy
{
    /// <summary>Only where the user follows a link.</summary>
    Lax,

    /// <summary>Never.</summary>
    Strict,

    /// <summary>Always; browsers ask for a secure cookie then.</summary>
    None,
}
