namespace Sluice.Http.Caching;

/// <summary>What is to be known of a stored response besides its times.</summary>
[Flags]
public enum StoredFlags : ushort
{
    None = 0,

    /// <summary>Has to be validated before every use (RFC 9111, section 5.2.2.4).</summary>
    NoCache = 1,

    /// <summary>
    /// Must not be used stale, not even when the server is down (sections 5.2.2.2, 5.2.2.8 and 5.2.2.10), but for what <see cref="StoredTimes"/> has windows for:
    /// those are then the server's own word.
    /// </summary>
    MustRevalidate = 2,

    /// <summary>Was invalidated, and has to be validated before it is used again (section 4.4).</summary>
    Invalidated = 4,

    /// <summary>Won't change while it is fresh (RFC 8246).</summary>
    Immutable = 8,

    /// <summary>The content has to stay as it is.</summary>
    NoTransform = 16,

    /// <summary>Has an entity tag to validate it by.</summary>
    HasEntityTag = 32,

    /// <summary>Has a date of its last change to validate it by.</summary>
    HasLastModified = 64,

    /// <summary>Has a <c>Vary</c> that counts.</summary>
    HasVary = 128,

    /// <summary>
    /// Its stored head has <c>Sluice-Cache-Control</c>, which is needed when it is freshened, and isn't for clients: whoever sends it has to leave the field out.
    /// </summary>
    HasSluiceField = 256,

    /// <summary>Is only a part (section 3.3).</summary>
    IsPartial = 512,
}
