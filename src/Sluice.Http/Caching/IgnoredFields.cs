namespace Sluice.Http.Caching;

/// <summary>What of a server's response the operator doesn't want to be listened to when it comes to caching.</summary>
[Flags]
public enum IgnoredFields : byte
{
    None = 0,

    /// <summary><c>Cache-Control</c> and the targeted fields (RFC 9213), with all that they forbid.</summary>
    CacheControl = 1,

    /// <summary><c>Expires</c>.</summary>
    Expires = 2,

    /// <summary><c>Vary</c>: one response for all.</summary>
    Vary = 4,
}
