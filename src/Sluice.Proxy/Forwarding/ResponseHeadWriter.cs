using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Forwarding;

/// <summary>Writes the heads of responses to HTTP/1 clients: always anew and canonical, from what was parsed.</summary>
internal static class ResponseHeadWriter
{
    private const FieldFlags Dropped = FieldFlags.HopByHop | FieldFlags.Framing;

    /// <summary>The head of the server's response, framed for this client.</summary>
    public static void Write(ref HeadWriter writer, Exchange exchange, BodyFraming framing, long contentLength, bool close)
    {
        ResponseHead response = exchange.Response;
        writer.AppendStatusLine(response.Status, response.Reason);
        writer.AppendFields(response.Fields, Dropped, 0);
        if (framing == BodyFraming.Chunked)
        {
            writer.Append("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (contentLength >= 0)
        {
            AppendContentLength(ref writer, contentLength);
        }

        if (!response.Fields.Contains(KnownField.Date))
        {
            // RFC 9110, section 6.6.1: who forwards a response without a date adds one.
            writer.Append(exchange.Worker.Clock.DateField);
        }

        if (exchange.Snapshot.Plan.Forwarded.Via)
        {
            writer.Append("Via: 1.1 sluice\r\n"u8);
        }

        AppendConnection(ref writer, exchange, close);
        writer.EndHead();
    }

    /// <summary>An interim response (RFC 9110, section 15.2).</summary>
    public static void WriteInterim(ref HeadWriter writer, ResponseHead response)
    {
        writer.AppendStatusLine(response.Status, response.Reason);
        writer.AppendFields(response.Fields, Dropped, 0);
        writer.EndHead();
    }

    /// <summary>A switch of protocols (RFC 9110, section 15.2.2).</summary>
    public static void WriteUpgrade(ref HeadWriter writer, Exchange exchange)
    {
        ResponseHead response = exchange.Response;
        writer.AppendStatusLine(response.Status, response.Reason);
        writer.AppendFields(response.Fields, Dropped, 0);
        writer.AppendField("Upgrade"u8, response.UpgradeToken);
        writer.Append("Connection: Upgrade\r\n"u8);
        writer.EndHead();
    }

    /// <summary>A prepared response.</summary>
    public static void WritePrepared(ref HeadWriter writer, Exchange exchange, PreparedResponse response, bool close)
    {
        writer.Append(response.Head);
        writer.Append(exchange.Worker.Clock.DateField);
        AppendConnection(ref writer, exchange, close);
        writer.EndHead();
    }

    /// <summary>A <c>Content-Length</c> line.</summary>
    public static void AppendContentLength(ref HeadWriter writer, long length)
    {
        writer.Append("Content-Length: "u8);
        writer.AppendNumber(length);
        writer.Append("\r\n"u8);
    }

    // RFC 9112, section 9.3: persistence is the default of HTTP/1.1 and has to be said to HTTP/1.0.
    private static void AppendConnection(ref HeadWriter writer, Exchange exchange, bool close)
    {
        if (close)
        {
            writer.Append("Connection: close\r\n"u8);
        }
        else if (!exchange.Client.SupportsChunked)
        {
            writer.Append("Connection: keep-alive\r\n"u8);
        }
    }
}
