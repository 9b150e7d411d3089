namespace Sluice.Http.Caching;

/// <summary>Why a request went on towards the server (RFC 9211, section 2.2), from the most specific reason to the least.</summary>
public enum ForwardReason : byte
{
    /// <summary>It didn't: the cache answered it.</summary>
    None,

    /// <summary>The cache is configured not to handle it.</summary>
    Bypass,

    /// <summary>Its method has to be forwarded.</summary>
    Method,

    /// <summary>Nothing is stored for its URI.</summary>
    UriMiss,

    /// <summary>What is stored for its URI was chosen by other fields.</summary>
    VaryMiss,

    /// <summary>Nothing that is stored suits; which of the two it is isn't known.</summary>
    Miss,

    /// <summary>What is stored is fresh, but the request doesn't allow to use it.</summary>
    Request,

    /// <summary>What is stored is stale.</summary>
    Stale,

    /// <summary>What is stored is only a part, and not the one that is wanted.</summary>
    Partial,
}
