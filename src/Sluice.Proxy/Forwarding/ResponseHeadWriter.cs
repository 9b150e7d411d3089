using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Access;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Cors;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Files;
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
        ulong edited = exchange.Route!.ResponseHeaders?.DropMask ?? 0;
        exchange.HeldFields?.AppendTo(ref writer, edited | (exchange.Compression?.ReplacedInResponse ?? 0));
        exchange.Grpc.AppendResponseFields(ref writer, edited);
        exchange.Compression?.AppendFields(ref writer, edited);
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

        if (exchange.Snapshot.Plan.Forwarded.Via && exchange.Route!.Files is null)
        {
            writer.Append(response.IsHttp2 ? "Via: 2.0 sluice\r\n"u8 : "Via: 1.1 sluice\r\n"u8);
        }

        if (exchange.CacheOutcome != CacheOutcome.None)
        {
            exchange.CacheVisit.AppendFields(ref writer, exchange.Route!.ResponseHeaders?.DropMask ?? 0);
        }

        writer.Append(exchange.SplitCookie);
        writer.Append(exchange.SessionCookie);
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
        writer.Append(exchange.SessionCookie);
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
        writer.Append(exchange.SessionCookie);
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
        AppendVary(ref writer, exchange, response, edits);
        AppendRetryAfter(ref writer, exchange);
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
    private static ReadOnlySpan<byte> ReasonOf(ResponseHead response) => response.IsHttp2 || response.IsStatusChanged ? ReasonPhrases.Get(response.Status) : response.Reason;

    private static void AppendFields(ref HeadWriter writer, Exchange exchange)
    {
        AppendKept(ref writer, exchange);
        FieldTable fields = exchange.Response.Fields;
        HeaderEdits? edits = exchange.Route!.ResponseHeaders;
        edits?.AppendLines(ref writer, exchange, fields, Dropped, 0);

        // What the route makes of "Vary" goes before what the server says.
        bool keepsVary = ((edits?.DropMask ?? 0) & KnownFields.MaskOf(KnownField.Vary)) == 0;
        CorsPolicy? cors = exchange.Route.Access?.Cors;
        cors?.AppendTo(ref writer, exchange.Request);
        bool byOrigin = cors is { VariesByOrigin: true };
        bool byEncoding = exchange.Compression is { Varies: true };
        if (byOrigin || byEncoding)
        {
            VaryLine.Append(ref writer, keepsVary ? fields : null, byOrigin, byEncoding);
        }
    }

    // The server's fields, less those that the route takes out, with those that it rewrites.
    private static void AppendKept(ref HeadWriter writer, Exchange exchange)
    {
        FieldTable fields = exchange.Response.Fields;
        HeaderEdits? edits = exchange.Route!.ResponseHeaders;
        ulong replaced = exchange.Grpc.ReplacedInResponse | (exchange.HeldFields?.Replaced ?? 0) | (exchange.Compression?.ReplacedInResponse ?? 0);
        exchange.Route.Access?.Cors?.MarkReplaced(fields);
        if (exchange.Route.ResponseRewriter is { } rewriter)
        {
            rewriter.AppendFields(ref writer, exchange, Dropped, replaced, edits);
        }
        else if (edits is null)
        {
            writer.AppendFields(fields, Dropped, replaced);
        }
        else
        {
            edits.AppendKept(ref writer, fields, Dropped, replaced);
        }
    }

    // What goes with an answer of this program beside its own headers.
    private static void AppendAccess(ref HeadWriter writer, Exchange exchange)
    {
        if (exchange.Error == ProxyErrorCode.Overloaded)
        {
            writer.Append("retry-after: 1\r\n"u8);
        }
        else if (exchange.Error == ProxyErrorCode.RangeNotSatisfiable)
        {
            exchange.HeldFields?.AppendUnsatisfied(ref writer);
        }

        AppendAllow(ref writer, exchange);
        if (exchange.Route?.Access is not { } access)
        {
            return;
        }

        writer.Append(exchange.Error switch
        {
            ProxyErrorCode.Maintenance => access.Maintenance!.Lines,
            _ => default,
        });
        if (exchange.IsPreflight)
        {
            access.Cors!.AppendToPreflight(ref writer, exchange.Request);
        }
        else
        {
            access.Cors?.AppendTo(ref writer, exchange.Request);
        }
    }

    private static void AppendVary(ref HeadWriter writer, Exchange exchange, PreparedResponse response, HeaderEdits? edits)
    {
        bool byOrigin = !exchange.IsPreflight && exchange.Route?.Access?.Cors is { VariesByOrigin: true };
        if (byOrigin || response.VariesByEncoding)
        {
            // As of servers' responses, what the route makes of it goes before what it says.
            bool keepsVary = ((edits?.DropMask ?? 0) & KnownFields.MaskOf(KnownField.Vary)) == 0;
            VaryLine.Append(ref writer, keepsVary ? response.Vary : null, byOrigin, response.VariesByEncoding);
        }
    }

    // RFC 9110, section 15.5.6. What a route takes of itself may be less than what its files can be asked for, and the other way round.
    private static void AppendAllow(ref HeadWriter writer, Exchange exchange)
    {
        if (exchange.Error == ProxyErrorCode.MethodNotAllowed)
        {
            MethodLimit? limit = exchange.Route!.Access?.Methods;
            writer.Append(limit is not null && !limit.Allows(exchange.Request) ? limit.AllowLine : StaticFiles.AllowLine);
        }
    }

    // RFC 9110, section 10.2.3.
    private static void AppendRetryAfter(ref HeadWriter writer, Exchange exchange)
    {
        if (exchange.Error == ProxyErrorCode.CircuitOpen && exchange.Circuit is { } circuit)
        {
            writer.Append("Retry-After: "u8);
            writer.AppendNumber(circuit.RetryAfterSeconds(exchange.Worker.Loop.NowMs));
            writer.Append("\r\n"u8);
        }
        else if (exchange.Error == ProxyErrorCode.ConcurrencyLimited)
        {
            writer.Append("Retry-After: 1\r\n"u8);
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
