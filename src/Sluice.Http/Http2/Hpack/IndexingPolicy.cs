using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>Which fields the encoder puts into its dynamic table.</summary>
internal static class IndexingPolicy
{
    /// <summary>Shorter cookies, in bytes of the value, can be guessed; longer ones are worth their place.</summary>
    private const int CookieBytesMin = 21;

    // What belongs to one message or one resource, or is random.
    private static readonly ulong WithoutMask = KnownFields.MaskOf(
        KnownField.ContentLength, KnownField.ContentRange, KnownField.ETag, KnownField.LastModified, KnownField.Age, KnownField.Location, KnownField.IfMatch,
        KnownField.IfNoneMatch, KnownField.IfModifiedSince, KnownField.IfUnmodifiedSince, KnownField.IfRange, KnownField.Range, KnownField.XRequestId,
        KnownField.Traceparent, KnownField.SecWebSocketKey, KnownField.SecWebSocketAccept);

    private static readonly ulong NeverMask = KnownFields.MaskOf(KnownField.Authorization, KnownField.ProxyAuthorization, KnownField.SetCookie);

    /// <summary>The policy for a field that is no pseudo-header field.</summary>
    internal static Indexing Of(KnownField known, int valueLength)
    {
        ulong bit = KnownFields.MaskOf(known);
        if ((WithoutMask & bit) != 0)
        {
            return Indexing.Without;
        }

        bool isSecret = (NeverMask & bit) != 0 || (known == KnownField.Cookie && valueLength < CookieBytesMin);
        return isSecret ? Indexing.Never : Indexing.OnRepeat;
    }
}
