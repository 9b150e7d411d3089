using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.Proxy.Transforms;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Forwarding;

/// <summary>Writes the head of a request to a server: always anew and canonical, from the one parsed request.</summary>
internal static class RequestHeadWriter
{
    private const FieldFlags Dropped = FieldFlags.HopByHop | FieldFlags.Framing | FieldFlags.Underscore;

    // Written by this program, whatever the client sent.
    private static readonly ulong Replaced =
        MaskOf(KnownField.Host) | MaskOf(KnownField.Expect) | MaskOf(KnownField.XForwardedFor) | MaskOf(KnownField.XForwardedProto)
        | MaskOf(KnownField.XForwardedHost) | MaskOf(KnownField.XForwardedPort) | MaskOf(KnownField.XRealIp) | MaskOf(KnownField.Forwarded);

    /// <summary>Writes the request line and all fields, up to the empty line.</summary>
    public static void Write(ref HeadWriter writer, Exchange exchange, ServerState server)
    {
        RequestHead request = exchange.Request;
        AppendRequestLine(ref writer, request, exchange.Target);
        HeaderEdits? edits = exchange.Route!.RequestHeaders;
        AppendHost(ref writer, exchange, server, edits?.Host);
        AppendFields(ref writer, exchange, edits, ReplacedIn(exchange));

        // What the operator set or removed goes before what is written here.
        ulong edited = edits?.DropMask ?? 0;
        ForwardedPlan forwarded = exchange.Snapshot.Plan.Forwarded;
        if (forwarded.XForwarded)
        {
            ForwardedFields.AppendXForwarded(ref writer, exchange, edited);
        }

        if (forwarded.Forwarded && (edited & MaskOf(KnownField.Forwarded)) == 0)
        {
            ForwardedFields.AppendForwarded(ref writer, exchange);
        }

        if (forwarded.Via)
        {
            writer.Append(request.IsHttp2 ? "Via: 2.0 sluice\r\n"u8 : request.MinorVersion == 1 ? "Via: 1.1 sluice\r\n"u8 : "Via: 1.0 sluice\r\n"u8);
        }

        if (exchange.ClientTls is not null)
        {
            ClientCertificateFields.Append(ref writer, exchange);
        }

        if (exchange.IsEarlyData)
        {
            // RFC 8470, section 5.1.
            writer.Append("Early-Data: 1\r\n"u8);
        }

        if (request.IsExtendedConnect)
        {
            WebSocketProof.AppendKey(ref writer, exchange);
        }

        AppendFraming(ref writer, exchange);
        AppendConnection(ref writer, request);
        writer.EndHead();
    }

    private static ulong MaskOf(KnownField field) => KnownFields.MaskOf(field);

    private static ulong ReplacedIn(Exchange exchange) =>
        Replaced
        | (exchange.IsEarlyData ? MaskOf(KnownField.EarlyData) : 0)
        | (exchange.Request.IsExtendedConnect ? MaskOf(KnownField.SecWebSocketKey) : 0);

    private static void AppendRequestLine(ref HeadWriter writer, RequestHead request, UpstreamTarget rewritten)
    {
        bool isRewritten = rewritten.IsSet;
        writer.Append(request.MethodText);
        writer.Append(" "u8);
        writer.Append(isRewritten ? rewritten.Path : request.IsAsteriskForm ? "*"u8 : request.Path);
        if (isRewritten ? rewritten.HasQuery : request.HasQuery)
        {
            writer.Append("?"u8);
            writer.Append(isRewritten ? rewritten.Query : request.Query);
        }

        writer.Append(" HTTP/1.1\r\n"u8);
    }

    // HTTP/1.0 may come without a host (RFC 9112, section 3.2); HTTP/1.1 must not, so the server's own address takes its place.
    private static void AppendHost(ref HeadWriter writer, Exchange exchange, ServerState server, Template? edited)
    {
        writer.Append("Host: "u8);
        int start = writer.Length;
        edited?.Write(ref writer, exchange, TemplateEncoding.Header);
        if (writer.Length == start)
        {
            ReadOnlySpan<byte> asked = exchange.Request.Authority;
            writer.Append(asked.IsEmpty ? server.AuthorityUtf8 : asked);
        }

        writer.Append("\r\n"u8);
    }

    private static void AppendFields(ref HeadWriter writer, Exchange exchange, HeaderEdits? edits, ulong replaced)
    {
        FieldTable fields = exchange.Request.Fields;
        if (edits is null)
        {
            writer.AppendFields(fields, Dropped, replaced);
            return;
        }

        edits.AppendKept(ref writer, fields, Dropped, replaced);
        edits.AppendLines(ref writer, exchange, fields, Dropped, replaced);
    }

    private static void AppendFraming(ref HeadWriter writer, Exchange exchange)
    {
        RequestHead request = exchange.Request;
        if (request.Framing == BodyFraming.Chunked)
        {
            writer.Append("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (request.ContentLength >= 0)
        {
            ResponseHeadWriter.AppendContentLength(ref writer, request.ContentLength);
        }

        if (request.ExpectContinue && !exchange.ContentExpected)
        {
            writer.Append("Expect: 100-continue\r\n"u8);
        }
    }

    // Upgrade and TE are about one hop, so they are said again for the next (RFC 9110, sections 7.8 and 10.1.4).
    private static void AppendConnection(ref HeadWriter writer, RequestHead request)
    {
        if (request.HasUpgrade)
        {
            writer.AppendField("Upgrade"u8, request.UpgradeToken);
            writer.Append("Connection: Upgrade\r\n"u8);
        }
        else if (request.TeTrailers)
        {
            writer.Append("TE: trailers\r\nConnection: TE\r\n"u8);
        }
    }
}
