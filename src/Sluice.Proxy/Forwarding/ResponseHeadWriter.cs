using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Transforms;

namespace Sluice.Proxy.Forwarding;

/// <summary>Writes the heads of responses to HTTP/1 clients: always anew and canonical, from what was parsed.</summary>
internal static class ResponseHeadWriter
{
    private const FieldFlags Dropped = FieldFlags.HopByHop | FieldFlags.Framing | FieldFlags.Replaced;

    /// <summary>The head of the server's response, framed for this client.</summary>
    public static void Write(ref HeadWriter writer, Exchange exchange, BodyFraming framing, long contentLength, bool close)
    {
        ResponseHead response = exchange.Response;
        writer.AppendStatusLine(response.Status, ReasonOf(response));
        AppendFields(ref writer, exchange);
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
            writer.Append(response.IsHttp2 ? "Via: 2.0 sluice\r\n"u8 : "Via: 1.1 sluice\r\n"u8);
        }

        writer.Append(exchange.SplitCookie);
        AppendConnection(ref writer, exchange, close);
        writer.EndHead();
    }

    /// <summary>
    /// An interim response (RFC 9110, section 15.2). What the route takes out of responses or rewrites in them it does here, too; what it adds comes with
    /// the final one.
    /// </summary>
    public static void WriteInterim(ref HeadWriter writer, Exchange exchange)
    {
        writer.AppendStatusLine(exchange.Response.Status, ReasonOf(exchange.Response));
        AppendKept(ref writer, exchange);
        writer.EndHead();
    }

    /// <summary>A switch of protocols (RFC 9110, section 15.2.2).</summary>
    public static void WriteUpgrade(ref HeadWriter writer, Exchange exchange)
    {
        ResponseHead response = exchange.Response;
        writer.AppendStatusLine(response.Status, ReasonOf(response));
        AppendFields(ref writer, exchange);
        writer.AppendField("Upgrade"u8, response.UpgradeToken);
        writer.Append("Connection: Upgrade\r\n"u8);
        writer.Append(exchange.SplitCookie);
        writer.EndHead();
    }

    /// <summary>The answer to an extended CONNECT (RFC 8441, section 5): what a switch of protocols says, without what makes it one.</summary>
    public static void WriteConnected(ref HeadWriter writer, Exchange exchange)
    {
        FieldTable fields = exchange.Response.Fields;
        int accept = fields.IndexOf(KnownField.SecWebSocketAccept);
        if (accept >= 0)
        {
            fields.SetFlags(accept, fields[accept].Flags | FieldFlags.Replaced);
        }

        writer.AppendStatusLine(exchange.Status, default);
        AppendFields(ref writer, exchange);
        writer.Append(exchange.SplitCookie);
        writer.EndHead();
    }

    /// <summary>A prepared response.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="response">The response.</param>
    /// <param name="contentLength">The length of the content of a page.</param>
    /// <param name="edits">The changes that the route makes to it, if any.</param>
    /// <param name="close">Whether the connection is closed behind it.</param>
    public static void WritePrepared(ref HeadWriter writer, Exchange exchange, PreparedResponse response, long contentLength, HeaderEdits? edits, bool close)
    {
        if (edits is null && !response.IsPage)
        {
            writer.Append(response.Head);
        }
        else if (edits is null)
        {
            writer.AppendStatusLine(exchange.Status, ReasonPhrases.Get(exchange.Status));
            writer.Append(response.FieldLines);
        }
        else
        {
            writer.AppendStatusLine(exchange.Status, ReasonPhrases.Get(exchange.Status));
            edits.AppendKept(ref writer, response.Fields, FieldFlags.None, 0);
            edits.AppendLines(ref writer, exchange, response.Fields, FieldFlags.None, 0);
        }

        if (response.Location is { } location && ((edits?.DropMask ?? 0) & KnownFields.MaskOf(KnownField.Location)) == 0)
        {
            location.Append(ref writer, exchange);
        }

        if (response.IsPage)
        {
            AppendContentLength(ref writer, contentLength);
        }

        AppendAccess(ref writer, exchange);
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

    // As it came; HTTP/2 has none.
    private static ReadOnlySpan<byte> ReasonOf(ResponseHead response) => response.IsHttp2 ? ReasonPhrases.Get(response.Status) : response.Reason;

    private static void AppendFields(ref HeadWriter writer, Exchange exchange)
    {
        AppendKept(ref writer, exchange);
        FieldTable fields = exchange.Response.Fields;
        HeaderEdits? edits = exchange.Route!.ResponseHeaders;
        edits?.AppendLines(ref writer, exchange, fields, Dropped, 0);

        // What the route makes of "Vary" goes before what the server says.
        bool keepsVary = ((edits?.DropMask ?? 0) & KnownFields.MaskOf(KnownField.Vary)) == 0;
        exchange.Route.Access?.Cors?.AppendTo(ref writer, exchange.Request, keepsVary ? fields : null);
    }

    // The server's fields, less those that the route takes out, with those that it rewrites.
    private static void AppendKept(ref HeadWriter writer, Exchange exchange)
    {
        FieldTable fields = exchange.Response.Fields;
        HeaderEdits? edits = exchange.Route!.ResponseHeaders;
        exchange.Route.Access?.Cors?.MarkReplaced(fields);
        if (exchange.Route.ResponseRewriter is { } rewriter)
        {
            rewriter.AppendFields(ref writer, exchange, Dropped, edits);
        }
        else if (edits is null)
        {
            writer.AppendFields(fields, Dropped, 0);
        }
        else
        {
            edits.AppendKept(ref writer, fields, Dropped, 0);
        }
    }

    // What goes with an answer of this program beside its own headers.
    private static void AppendAccess(ref HeadWriter writer, Exchange exchange)
    {
        if (exchange.Route?.Access is not { } access)
        {
            return;
        }

        writer.Append(exchange.Error switch
        {
            ProxyErrorCode.MethodNotAllowed => access.Methods!.AllowLine,
            ProxyErrorCode.Maintenance => access.Maintenance!.Lines,
            _ => default,
        });
        if (exchange.IsPreflight)
        {
            access.Cors!.AppendToPreflight(ref writer, exchange.Request);
        }
        else
        {
            access.Cors?.AppendTo(ref writer, exchange.Request, varying: null);
        }
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
