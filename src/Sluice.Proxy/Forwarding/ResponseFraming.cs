using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Forwarding;

/// <summary>How the content of a server's response is delimited towards the client (RFC 9112, section 6).</summary>
internal static class ResponseFraming
{
    private const int NoContent = 204;

    /// <summary>Writes the head of the response for this client.</summary>
    public static void WriteHead(Exchange exchange)
    {
        ResponseHead response = exchange.Response;
        switch (exchange.Request.Method == RequestMethod.Head ? BodyFraming.None : response.Framing)
        {
            case BodyFraming.None:
                // To HEAD and in a 304 the length is that of a response that isn't sent; a 204 has none (RFC 9110, section 8.6).
                bool hasLength = response.Status != NoContent && response.Fields.Contains(KnownField.ContentLength);
                exchange.Client.WriteHead(exchange, BodyFraming.None, hasLength ? response.ContentLength : -1);
                break;
            case BodyFraming.ContentLength:
                exchange.Client.WriteHead(exchange, BodyFraming.ContentLength, response.ContentLength);
                break;
            default:
                exchange.Client.WriteHead(exchange, exchange.Client.SupportsChunked ? BodyFraming.Chunked : BodyFraming.UntilClose, -1);
                break;
        }
    }
}
