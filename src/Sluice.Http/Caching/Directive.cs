namespace Sluice.Http.Caching;

/// <summary>The directives that are understood (RFC 9111, section 5.2; RFC 5861; RFC 8246).</summary>
internal enum Directive : byte
{
    /// <summary>An extension that has to be ignored (section 5.2.3).</summary>
    Unknown,
    Immutable,
    MaxAge,
    MaxStale,
    MinFresh,
    MustRevalidate,
    MustUnderstand,
    NoCache,
    NoStore,
    NoTransform,
    OnlyIfCached,
    Private,
    ProxyRevalidate,
    Public,
    SharedMaxAge,
    StaleIfError,
    StaleWhileRevalidate,
}
