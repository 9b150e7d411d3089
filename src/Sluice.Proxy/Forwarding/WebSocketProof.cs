using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.WebSockets;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Forwarding;

/// <summary>What a client of HTTP/2 need not say and a server of HTTP/1.1 has to be asked and to answer before there is a WebSocket between them.</summary>
internal static class WebSocketProof
{
    /// <summary>Writes a fresh key (RFC 6455, section 4.1). A key of the client's means nothing (RFC 8441, section 5).</summary>
    public static void AppendKey(ref HeadWriter writer, Exchange exchange)
    {
        WebSocketKey.Create(exchange.WebSocketKey);
        writer.AppendField("Sec-WebSocket-Key"u8, exchange.WebSocketKey);
    }

    /// <summary>Whether a 101 answers the key. If it doesn't, whoever sent it may have mistaken the request for something else.</summary>
    public static bool IsValid(Exchange exchange)
    {
        Span<byte> expected = stackalloc byte[WebSocketKey.AcceptBytes];
        FieldTable fields = exchange.Response.Fields;
        int accept = fields.IndexOf(KnownField.SecWebSocketAccept);
        return accept >= 0
            && WebSocketKey.TryWriteAccept(exchange.WebSocketKey, expected)
            && fields.Value(accept).SequenceEqual(expected);
    }

    /// <summary>Whether a server answers with success and without switching: with extended CONNECT that would say that it had switched.</summary>
    public static bool IsMissing(Exchange exchange) => exchange.Request.IsExtendedConnect && exchange.Response.Status is >= 200 and < 300;
}
