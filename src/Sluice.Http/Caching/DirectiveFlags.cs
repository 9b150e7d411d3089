namespace Sluice.Http.Caching;

/// <summary>The directives of a response that are there or not (RFC 9111, section 5.2.2).</summary>
[Flags]
public enum DirectiveFlags : ushort
{
    None = 0,

    /// <summary>Nothing of it may be stored, but see <see cref="MustUnderstand"/>.</summary>
    NoStore = 1,

    /// <summary>Never to be used without asking the server. The form without field names.</summary>
    NoCache = 2,

    /// <summary>Only for one user. The form without field names.</summary>
    Private = 4,

    /// <summary>May be stored though something else would forbid it, such as <c>Authorization</c>.</summary>
    Public = 8,

    /// <summary>Never to be used stale.</summary>
    MustRevalidate = 16,

    /// <summary>The same, for shared caches, which this one is.</summary>
    ProxyRevalidate = 32,

    /// <summary>To be stored, even with <see cref="NoStore"/>, by who knows the status and nobody else.</summary>
    MustUnderstand = 64,

    /// <summary>The content has to stay as it is.</summary>
    NoTransform = 128,

    /// <summary>Won't change while it is fresh (RFC 8246).</summary>
    Immutable = 256,

    /// <summary><c>no-cache</c> or <c>private</c> with names: these fields are not stored; <see cref="WithheldFields"/> finds them.</summary>
    HasFieldNames = 512,

    /// <summary>A quote is never closed, so nobody knows what was meant: the response is stale from the beginning.</summary>
    Broken = 1024,
}
