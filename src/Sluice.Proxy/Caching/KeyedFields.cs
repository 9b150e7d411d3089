using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Proxy.Caching;

/// <summary>
/// Fields of requests that go on to servers where the response may be stored. What is not among them could change the response without being part of the key,
/// as <c>X-Forwarded-Host</c> or <c>X-Original-URL</c> do in many frameworks; responses that depend on one of these say so in <c>Vary</c>, or must not be stored.
/// </summary>
internal static class KeyedFields
{
    // What this program writes itself is among the known fields, too; the writer of heads replaces it.
    private static readonly ulong Known = KnownFields.MaskOf(
        KnownField.Host, KnownField.Connection, KnownField.KeepAlive, KnownField.ProxyConnection, KnownField.ProxyAuthorization, KnownField.Te,
        KnownField.Via, KnownField.XForwardedFor, KnownField.XForwardedProto, KnownField.XForwardedHost, KnownField.XForwardedPort, KnownField.XRealIp,
        KnownField.Forwarded, KnownField.Authorization, KnownField.Cookie, KnownField.Accept, KnownField.AcceptEncoding, KnownField.AcceptLanguage,
        KnownField.UserAgent, KnownField.Referer, KnownField.Origin, KnownField.MaxForwards, KnownField.EarlyData, KnownField.XRequestId,
        KnownField.Traceparent, KnownField.Date);

    private static readonly ulong OfOneRequest = KnownFields.MaskOf(
        KnownField.Range, KnownField.IfRange, KnownField.IfMatch, KnownField.IfNoneMatch, KnownField.IfModifiedSince, KnownField.IfUnmodifiedSince,
        KnownField.CacheControl, KnownField.Pragma, KnownField.Expect);

    private static readonly byte[][] Others =
    [
        .. "accept-charset,baggage,dnt,from,priority,save-data,sec-gpc,tracestate,upgrade-insecure-requests".Split(',').Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>Whether a field asks for something that only its own client wants: the cache asks for the whole, and answers that itself.</summary>
    public static bool IsOfOneRequest(KnownField known) => (OfOneRequest & KnownFields.MaskOf(known)) != 0;

    /// <summary>Whether a field goes on.</summary>
    public static bool Pass(KnownField known, ReadOnlySpan<byte> name)
    {
        if (known != KnownField.Other)
        {
            return (Known & KnownFields.MaskOf(known)) != 0;
        }

        // Fetch metadata and client hints: what browsers say of themselves, and what Vary is for.
        if (name.Length > 4 && Ascii.EqualsIgnoreCase(name[..4], "sec-"u8))
        {
            return true;
        }

        foreach (byte[] other in Others)
        {
            if (Ascii.EqualsIgnoreCase(other, name))
            {
                return true;
            }
        }

        return false;
    }
}
