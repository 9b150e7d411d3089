namespace Sluice.Http.Caching;

/// <summary>Whether a response is stored, and if it isn't, by which rule (RFC 9111, section 3, in the order in which the rules are looked at).</summary>
public enum StoreVerdict : byte
{
    /// <summary>It is.</summary>
    Store,

    /// <summary>The request's method is another than GET: the only one whose responses are stored.</summary>
    Method,

    /// <summary>The request has content, which isn't part of any key.</summary>
    RequestContent,

    /// <summary>The request says <c>no-store</c> (section 5.2.1.5).</summary>
    RequestNoStore,

    /// <summary>The status isn't final.</summary>
    InterimStatus,

    /// <summary>304: it updates what is stored, and is nothing to store by itself.</summary>
    NotModified,

    /// <summary>206, and no ranges are kept (section 3.3).</summary>
    PartialContent,

    /// <summary>206 of something else than one range of bytes.</summary>
    RangeNotUnderstood,

    /// <summary>A <c>Content-Range</c> in a response that isn't 206: nobody knows how much of it there is.</summary>
    ContentRange,

    /// <summary><c>must-understand</c>, with a status that isn't (section 5.2.2.3).</summary>
    StatusNotUnderstood,

    /// <summary>The status speaks of this one request (<see cref="CacheableStatus.IsOfOneRequest"/>), and no lifetime is configured for it.</summary>
    StatusOfOneRequest,

    /// <summary>The response says <c>no-store</c> (section 5.2.2.5).</summary>
    NoStore,

    /// <summary>The response says <c>private</c> (section 5.2.2.7).</summary>
    Private,

    /// <summary>The request has <c>Authorization</c>, and nothing in the response allows to share it (section 3.5).</summary>
    Authorization,

    /// <summary>The response sets a cookie (section 7.3).</summary>
    SetCookie,

    /// <summary><c>Vary: *</c>, or a <c>Vary</c> that can't be read: no request would ever match (section 4.1).</summary>
    VaryAny,

    /// <summary><c>Vary</c> names more fields than a key takes.</summary>
    VaryTooMany,

    /// <summary>It was chosen by <c>Accept-Encoding</c>, and its coding is one that keys don't tell apart.</summary>
    ForeignCoding,

    /// <summary>Neither the server nor the status nor the operator says that it may be stored.</summary>
    NotCacheable,

    /// <summary>It is stale already, must or can't be used stale, and has nothing to validate it by.</summary>
    Useless,
}
