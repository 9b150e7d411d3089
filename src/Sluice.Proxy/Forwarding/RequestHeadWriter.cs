using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Grpc;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.Proxy.Transforms;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Forwarding;

/// <summary>Writes the head of a request to a server: always anew and canonical, from the one parsed request.</summary>
internal static class RequestHeadWriter
{
    private const FieldFlags Dropped = FieldFlags.HopByHop | FieldFlags.Framing | FieldFlags.Underscore | FieldFlags.Replaced;

    // Written by this program, whatever the client sent.
    private static readonly ulong Replaced =
        MaskOf(KnownField.Host) | MaskOf(KnownField.Expect) | MaskOf(KnownField.XForwardedFor) | MaskOf(KnownField.XForwardedProto)
        | MaskOf(KnownField.XForwardedHost) | MaskOf(KnownField.XForwardedPort) | MaskOf(KnownField.XRealIp) | MaskOf(KnownField.Forwarded);

    /// <summary>Writes the head for HTTP/1: the request line and all fields, up to the empty line.</summary>
    public static void Write(ref HeadWriter writer, Exchange exchange, ServerState server)
    {
        if (exchange.CheckRequest is { } check)
        {
            check.Write(ref writer);
            return;
        }

        RequestHead request = exchange.Request;
        writer.Append(request.MethodText);
        writer.Append(" "u8);
        AppendTarget(ref writer, exchange);
        writer.Append(" HTTP/1.1\r\nHost: "u8);
        AppendAuthority(ref writer, exchange, server);
        writer.Append("\r\n"u8);
        AppendFields(ref writer, exchange, Dropped, ReplacedOf(exchange, request.IsExtendedConnect));
        AppendOwn(ref writer, exchange);
        if (request.Framing == BodyFraming.Chunked)
        {
            writer.Append("Transfer-Encoding: chunked\r\n"u8);
        }

        AppendContent(ref writer, exchange);
        if (request.IsExtendedConnect)
        {
            WebSocketProof.AppendKey(ref writer, exchange);
        }

        AppendConnection(ref writer, request);
        writer.EndHead();
    }

    /// <summary>Writes the head for HTTP/2 (RFC 9113, section 8.3.1): pseudo-header fields and all others, as lines without an end.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="server">Who gets it.</param>
    /// <param name="isWebSocket">Whether it is an extended CONNECT (RFC 8441).</param>
    /// <returns>Where the fields begin that must never be put into a table, because they came so (RFC 7541, section 6.2.3).</returns>
    public static int WriteLines(ref HeadWriter writer, Exchange exchange, ServerState server, bool isWebSocket)
    {
        if (exchange.CheckRequest is { } check)
        {
            return check.WriteLines(ref writer);
        }

        RequestHead request = exchange.Request;
        writer.AppendField(":method"u8, isWebSocket ? "CONNECT"u8 : request.MethodText);
        if (isWebSocket)
        {
            writer.Append(":protocol: websocket\r\n"u8);
        }

        writer.Append(server.Tls is null ? ":scheme: http\r\n:authority: "u8 : ":scheme: https\r\n:authority: "u8);
        AppendAuthority(ref writer, exchange, server);
        writer.Append("\r\n:path: "u8);
        AppendTarget(ref writer, exchange);
        writer.Append("\r\n"u8);
        ulong replaced = ReplacedOf(exchange, isWebSocket);
        AppendFields(ref writer, exchange, Dropped | FieldFlags.NeverIndexed, replaced);
        AppendOwn(ref writer, exchange);
        AppendContent(ref writer, exchange);
        if (request.TeTrailers)
        {
            writer.Append("TE: trailers\r\n"u8);
        }

        int neverIndexedStart = writer.Length;
        AppendNeverIndexed(ref writer, exchange, replaced);
        return neverIndexedStart;
    }

    // What is told of the client and of the way that the request has come.
    private static void AppendOwn(ref HeadWriter writer, Exchange exchange)
    {
        // What the operator set or removed goes before what is written here.
        ulong edited = exchange.Route!.RequestHeaders?.DropMask ?? 0;
        if (exchange.Grpc.Kind != GrpcKind.None)
        {
            exchange.Grpc.AppendRequestFields(ref writer, edited);
        }

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
            RequestHead request = exchange.Request;
            writer.Append(request.IsHttp2 ? "Via: 2.0 sluice\r\n"u8 : request.MinorVersion == 1 ? "Via: 1.1 sluice\r\n"u8 : "Via: 1.0 sluice\r\n"u8);
        }

        if (exchange.ClientTls is not null)
        {
            ClientCertificateFields.Append(ref writer, exchange);
        }

        exchange.Fetch?.AppendConditions(ref writer);
        if (exchange.IsEarlyData)
        {
            // RFC 8470, section 5.1.
            writer.Append("Early-Data: 1\r\n"u8);
        }
    }

    private static ulong ReplacedOf(Exchange exchange, bool isWebSocket) =>
        Replaced
        | (exchange.IsEarlyData ? MaskOf(KnownField.EarlyData) : 0)
        | (isWebSocket ? MaskOf(KnownField.SecWebSocketKey) : 0)
        | exchange.Grpc.ReplacedInRequest;

    private static ulong MaskOf(KnownField field) => KnownFields.MaskOf(field);

    private static void AppendTarget(ref HeadWriter writer, Exchange exchange)
    {
        RequestHead request = exchange.Request;
        UpstreamTarget rewritten = exchange.Target;
        bool isRewritten = rewritten.IsSet;
        writer.Append(isRewritten ? rewritten.Path : request.IsAsteriskForm ? "*"u8 : request.Path);
        if (isRewritten ? rewritten.HasQuery : request.HasQuery)
        {
            writer.Append("?"u8);
            writer.Append(isRewritten ? rewritten.Query : request.Query);
        }
    }

    // HTTP/1.0 may come without a host (RFC 9112, section 3.2); later versions must not, so the server's own address takes its place.
    private static void AppendAuthority(ref HeadWriter writer, Exchange exchange, ServerState server)
    {
        int start = writer.Length;
        exchange.Route!.RequestHeaders?.Host?.Write(ref writer, exchange, TemplateEncoding.Header);
        if (writer.Length == start)
        {
            ReadOnlySpan<byte> asked = exchange.Request.Authority;
            writer.Append(asked.IsEmpty ? server.AuthorityUtf8 : asked);
        }
    }

    private static void AppendFields(ref HeadWriter writer, Exchange exchange, FieldFlags dropped, ulong replaced)
    {
        FieldTable fields = exchange.Request.Fields;
        if (exchange.Route!.RequestHeaders is not { } edits)
        {
            writer.AppendFields(fields, dropped, replaced);
            return;
        }

        edits.AppendKept(ref writer, fields, dropped, replaced);
        edits.AppendLines(ref writer, exchange, fields, Dropped, replaced);
    }

    private static void AppendNeverIndexed(ref HeadWriter writer, Exchange exchange, ulong replaced)
    {
        FieldTable fields = exchange.Request.Fields;
        HeaderEdits? edits = exchange.Route!.RequestHeaders;
        for (int i = 0; i < fields.Count; i++)
        {
            FieldFlags flags = fields[i].Flags;
            if ((flags & FieldFlags.NeverIndexed) == 0)
            {
                continue;
            }

            bool isKept = edits?.IsKept(fields, i, Dropped, replaced) ?? ((flags & Dropped) == 0 && (replaced & MaskOf(fields[i].Known)) == 0);
            if (isKept)
            {
                writer.AppendField(fields.Name(i), fields.Value(i));
            }
        }
    }

    // How long it is, and whether the server has to ask for it.
    private static void AppendContent(ref HeadWriter writer, Exchange exchange)
    {
        RequestHead request = exchange.Request;
        if (request.Framing != BodyFraming.Chunked && request.ContentLength >= 0)
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
