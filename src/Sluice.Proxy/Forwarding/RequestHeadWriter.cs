using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
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
        AppendRequestLine(ref writer, request);
        AppendHost(ref writer, request, server);
        writer.AppendFields(request.Fields, Dropped, Replaced);
        ForwardedPlan forwarded = exchange.Snapshot.Plan.Forwarded;
        if (forwarded.XForwarded)
        {
            ForwardedFields.AppendXForwarded(ref writer, exchange);
        }

        if (forwarded.Forwarded)
        {
            ForwardedFields.AppendForwarded(ref writer, exchange);
        }

        if (forwarded.Via)
        {
            writer.Append(request.MinorVersion == 1 ? "Via: 1.1 sluice\r\n"u8 : "Via: 1.0 sluice\r\n"u8);
        }

        AppendFraming(ref writer, exchange);
        AppendConnection(ref writer, request);
        writer.EndHead();
    }

    private static ulong MaskOf(KnownField field) => KnownFields.MaskOf(field);

    private static void AppendRequestLine(ref HeadWriter writer, RequestHead request)
    {
        writer.Append(request.MethodText);
        writer.Append(" "u8);
        writer.Append(request.IsAsteriskForm ? "*"u8 : request.Path);
        if (request.HasQuery)
        {
            writer.Append("?"u8);
            writer.Append(request.Query);
        }

        writer.Append(" HTTP/1.1\r\n"u8);
    }

    // HTTP/1.0 may come without a host (RFC 9112, section 3.2); HTTP/1.1 must not, so the server's own address takes its place.
    private static void AppendHost(ref HeadWriter writer, RequestHead request, ServerState server) =>
        writer.AppendField("Host"u8, request.Authority.IsEmpty ? server.AuthorityUtf8 : request.Authority);

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

        if (request.ExpectContinue && !exchange.RequestCompleted)
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
