namespace Sluice.Http.Caching;

/// <summary>What becomes of a request for which a response is stored (RFC 9111, section 4).</summary>
public enum ReuseVerdict : byte
{
    /// <summary>It is answered with the stored response, which is fresh.</summary>
    Fresh,

    /// <summary>It is answered with the stored response, and a new one is fetched behind (RFC 5861, section 3).</summary>
    StaleWhileRevalidate,

    /// <summary>It is answered with the stored response, which is as stale as the client allows (section 5.2.1.2).</summary>
    StaleAccepted,

    /// <summary>The stored response has to be validated first: it is stale, or says so of itself.</summary>
    ValidateStale,

    /// <summary>The stored response is fresh, and has to be validated first because the client wants it.</summary>
    ValidateRequested,

    /// <summary>It would have to be validated, and the client forbids it: 504 (section 5.2.1.7).</summary>
    OnlyIfCachedMiss,
}
