namespace Sluice.Http.Caching;

/// <summary>Which field of a response decides on caching (RFC 9213, section 2.2: the first of the targeted ones that is valid, before all others).</summary>
public enum DirectiveSource : byte
{
    /// <summary>None is there, or it isn't to be looked at.</summary>
    None,

    /// <summary><c>Cache-Control</c>, together with <c>Expires</c>.</summary>
    CacheControl,

    /// <summary><c>CDN-Cache-Control</c>.</summary>
    CdnCacheControl,

    /// <summary><c>Sluice-Cache-Control</c>, which is meant for this proxy alone.</summary>
    SluiceCacheControl,
}
