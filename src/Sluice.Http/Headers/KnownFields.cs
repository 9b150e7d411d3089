using System.Text;

namespace Sluice.Http.Headers;

/// <summary>The names of the known fields, and what follows from a field's name alone.</summary>
public static class KnownFields
{
    // Spreads the keys of all names below over 256 slots without a collision; found by search, checked when the table is built.
    private const uint SlotMultiplier = 0xA2A9_908D;

    private const int NameBytesMin = 2;
    private const int NameBytesMax = 24;

    private static readonly (KnownField Field, string Name)[] Rows =
    [
        (KnownField.Host, "host"),
        (KnownField.Connection, "connection"),
        (KnownField.KeepAlive, "keep-alive"),
        (KnownField.ProxyConnection, "proxy-connection"),
        (KnownField.ProxyAuthorization, "proxy-authorization"),
        (KnownField.ProxyAuthenticate, "proxy-authenticate"),
        (KnownField.Te, "te"),
        (KnownField.Trailer, "trailer"),
        (KnownField.TransferEncoding, "transfer-encoding"),
        (KnownField.Upgrade, "upgrade"),
        (KnownField.Http2Settings, "http2-settings"),
        (KnownField.ContentLength, "content-length"),
        (KnownField.Expect, "expect"),
        (KnownField.Via, "via"),
        (KnownField.XForwardedFor, "x-forwarded-for"),
        (KnownField.XForwardedProto, "x-forwarded-proto"),
        (KnownField.XForwardedHost, "x-forwarded-host"),
        (KnownField.XForwardedPort, "x-forwarded-port"),
        (KnownField.XRealIp, "x-real-ip"),
        (KnownField.Forwarded, "forwarded"),
        (KnownField.Authorization, "authorization"),
        (KnownField.Cookie, "cookie"),
        (KnownField.SetCookie, "set-cookie"),
        (KnownField.ContentType, "content-type"),
        (KnownField.ContentEncoding, "content-encoding"),
        (KnownField.ContentLanguage, "content-language"),
        (KnownField.ContentLocation, "content-location"),
        (KnownField.ContentRange, "content-range"),
        (KnownField.ContentDisposition, "content-disposition"),
        (KnownField.Date, "date"),
        (KnownField.Server, "server"),
        (KnownField.SecWebSocketKey, "sec-websocket-key"),
        (KnownField.SecWebSocketVersion, "sec-websocket-version"),
        (KnownField.SecWebSocketAccept, "sec-websocket-accept"),
        (KnownField.SecWebSocketProtocol, "sec-websocket-protocol"),
        (KnownField.SecWebSocketExtensions, "sec-websocket-extensions"),
        (KnownField.Accept, "accept"),
        (KnownField.AcceptEncoding, "accept-encoding"),
        (KnownField.AcceptLanguage, "accept-language"),
        (KnownField.AcceptRanges, "accept-ranges"),
        (KnownField.UserAgent, "user-agent"),
        (KnownField.Referer, "referer"),
        (KnownField.Origin, "origin"),
        (KnownField.Range, "range"),
        (KnownField.IfMatch, "if-match"),
        (KnownField.IfNoneMatch, "if-none-match"),
        (KnownField.IfModifiedSince, "if-modified-since"),
        (KnownField.IfUnmodifiedSince, "if-unmodified-since"),
        (KnownField.IfRange, "if-range"),
        (KnownField.ETag, "etag"),
        (KnownField.LastModified, "last-modified"),
        (KnownField.Location, "location"),
        (KnownField.CacheControl, "cache-control"),
        (KnownField.Pragma, "pragma"),
        (KnownField.Expires, "expires"),
        (KnownField.Age, "age"),
        (KnownField.Vary, "vary"),
        (KnownField.RetryAfter, "retry-after"),
        (KnownField.WwwAuthenticate, "www-authenticate"),
        (KnownField.MaxForwards, "max-forwards"),
        (KnownField.EarlyData, "early-data"),
        (KnownField.XRequestId, "x-request-id"),
        (KnownField.Traceparent, "traceparent"),
    ];

    private static readonly byte[][] Names = BuildNames();
    private static readonly KnownName[] Words = BuildWords();
    private static readonly KnownField[] Slots = BuildSlots();

    /// <summary>
    /// Fields for one connection only, whether or not <c>Connection</c> names them (RFC 9110, section 7.6.1, and appendix B.1 of RFC 9113 for the upgrade
    /// to HTTP/2). The credentials and challenges of proxies belong to the hop as well (RFC 9110, sections 11.7.1 and 11.7.2). <c>Trailer</c> is not one:
    /// trailers are forwarded, so is the announcement.
    /// </summary>
    public static ulong HopByHopMask { get; } = MaskOf(
        KnownField.Connection, KnownField.KeepAlive, KnownField.ProxyConnection, KnownField.ProxyAuthorization, KnownField.ProxyAuthenticate,
        KnownField.Te, KnownField.TransferEncoding, KnownField.Upgrade, KnownField.Http2Settings);

    /// <summary>Fields that say where the content ends (RFC 9112, section 6).</summary>
    public static ulong FramingMask { get; } = MaskOf(KnownField.ContentLength, KnownField.TransferEncoding);

    /// <summary>
    /// Fields of requests that hold one value: two of them mean that somebody in the chain sees another request than we do, so a request with two is
    /// refused. <c>Host</c>, <c>Content-Length</c> and <c>Transfer-Encoding</c> have violations of their own.
    /// </summary>
    public static ulong RequestSingletonMask { get; } = MaskOf(
        KnownField.ContentType, KnownField.ContentRange, KnownField.ContentLocation, KnownField.Authorization, KnownField.ProxyAuthorization,
        KnownField.Range, KnownField.IfModifiedSince, KnownField.IfUnmodifiedSince, KnownField.IfRange, KnownField.UserAgent, KnownField.Referer,
        KnownField.Origin, KnownField.MaxForwards, KnownField.Date, KnownField.SecWebSocketKey, KnownField.SecWebSocketVersion, KnownField.EarlyData);

    /// <summary>
    /// The known fields that are kept in trailers. All others route, frame, authenticate or control, and have to be known before the content
    /// (RFC 9110, section 6.5.1); <c>ETag</c> may be computed while the content is sent (section 8.8.3).
    /// </summary>
    public static ulong TrailerMask { get; } = MaskOf(KnownField.ETag);

    /// <summary>Finds a field by its name, in any case. Does not allocate.</summary>
    public static KnownField Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is < NameBytesMin or > NameBytesMax)
        {
            return KnownField.Other;
        }

        KnownField candidate = Slots[SlotOf(name)];
        return Words[(int)candidate].Equals(name) ? candidate : KnownField.Other;
    }

    /// <summary>The name in lower case; empty for <see cref="KnownField.Other"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(KnownField field) => Names[(int)field];

    /// <summary>The bit of one field in a mask of presence.</summary>
    public static ulong MaskOf(KnownField field) => 1UL << (int)field;

    /// <summary>The bits of several fields. For start-up.</summary>
    public static ulong MaskOf(params ReadOnlySpan<KnownField> fields)
    {
        ulong mask = 0;
        foreach (KnownField field in fields)
        {
            mask |= MaskOf(field);
        }

        return mask;
    }

    /// <summary>What a field's name says about it; <see cref="FieldFlags.Underscore"/> is left to the reader of the name.</summary>
    public static FieldFlags FlagsOf(KnownField field)
    {
        ulong bit = MaskOf(field);
        FieldFlags hopByHop = (HopByHopMask & bit) != 0 ? FieldFlags.HopByHop : FieldFlags.None;
        return hopByHop | ((FramingMask & bit) != 0 ? FieldFlags.Framing : FieldFlags.None);
    }

    // The length and three letters, folded to lower case, tell all known names apart.
    private static int SlotOf(ReadOnlySpan<byte> name)
    {
        int length = name.Length;
        uint letters = name[0] | ((uint)name[length >> 1] << 8) | ((uint)name[length - 2] << 16);
        uint key = (uint)length | ((letters | 0x20_2020) << 8);
        return (int)((key * SlotMultiplier) >> 24);
    }

    private static byte[][] BuildNames()
    {
        var names = new byte[64][];
        names[0] = [];
        foreach ((KnownField field, string name) in Rows)
        {
            names[(int)field] = Encoding.ASCII.GetBytes(name);
        }

        return names;
    }

    private static KnownName[] BuildWords()
    {
        var words = new KnownName[64];
        foreach ((KnownField field, string _) in Rows)
        {
            words[(int)field] = new KnownName(Names[(int)field]);
        }

        return words;
    }

    private static KnownField[] BuildSlots()
    {
        var slots = new KnownField[256];
        foreach ((KnownField field, string _) in Rows)
        {
            ref KnownField slot = ref slots[SlotOf(Names[(int)field])];
            if (slot != KnownField.Other)
            {
                throw new InvalidOperationException($"{field} and {slot} share a slot: search for another multiplier.");
            }

            slot = field;
        }

        return slots;
    }
}
