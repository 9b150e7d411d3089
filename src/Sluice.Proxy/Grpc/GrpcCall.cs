using System.Buffers.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Transforms;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Grpc;

/// <summary>What an exchange has of gRPC: which kind of call it is if it is one, its time limit, the bridge from gRPC-Web, how the call ended. Belongs to an exchange.</summary>
internal sealed class GrpcCall(Exchange exchange)
{
    /// <summary><see cref="Status"/> while nobody has said anything.</summary>
    public const int NoStatus = -1;

    private static readonly ulong ContentTypeMask = KnownFields.MaskOf(KnownField.ContentType);

    private GrpcDeadline? _deadline;
    private GrpcWebClientStream? _bridge;
    private bool _writesTimeout;

    /// <summary>The field with the status.</summary>
    public static ReadOnlySpan<byte> StatusName => "grpc-status"u8;

    /// <summary>What the client asks.</summary>
    public GrpcKind Kind { get; private set; }

    /// <summary>What the client is answered in: as it asked, or as its <c>Accept</c> says where a bridge can do that.</summary>
    public GrpcKind AnswerKind { get; private set; }

    /// <summary>Whether the server is spoken to in gRPC while the client speaks gRPC-Web.</summary>
    public bool IsBridged { get; private set; }

    /// <summary>How the call ended, as the server or this program told the client; <see cref="NoStatus"/> if none did.</summary>
    public int Status { get; set; } = NoStatus;

    /// <summary>Known fields of the request that this writes.</summary>
    public ulong ReplacedInRequest => IsBridged ? ContentTypeMask : 0;

    /// <summary>
    /// Known fields of the response that this writes, or that are not true any more. Something else than gRPC, such as the page of an error, is what it is.
    /// </summary>
    public ulong ReplacedInResponse => IsBridged && IsAnswered ? ContentTypeMask | KnownFields.MaskOf(KnownField.Trailer) : 0;

    /// <summary>Whether the server answers in gRPC.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>
    /// Whether both sides speak gRPC over HTTP/2, where a call with nothing to say takes a stream from either. What only calls itself gRPC would keep a server's
    /// whole connection, and is a slow upload like any other.
    /// </summary>
    public bool IsConversation => Kind == GrpcKind.Grpc && exchange.Request.IsHttp2 && exchange.Upstream is Http2UpstreamStream;

    /// <summary>Whether trailers behind what was sent of the response would reach the caller, and not stand within a message.</summary>
    public bool TakesTrailers =>
        IsAnswered && exchange.Response.Framing is BodyFraming.Chunked or BodyFraming.UntilClose
        && (IsBridged ? _bridge!.IsBetweenMessages : Kind == GrpcKind.Grpc && exchange.Client.SupportsChunked);

    private static ReadOnlySpan<byte> TimeoutName => "grpc-timeout"u8;

    /// <summary>Looks whether a request is a call.</summary>
    public void Detect()
    {
        // What asks for another protocol is none, whatever it says; nor is a GET, whose answer with status 200 a cache might keep.
        RequestHead request = exchange.Request;
        Kind = request.HasUpgrade || request.Method != RequestMethod.Post ? GrpcKind.None : GrpcContentType.KindOf(request.Fields);
        AnswerKind = Kind;
    }

    /// <summary>Begins a call that goes to a server: its time limit, and the bridge if the route has one. What is wrong with the request fails the exchange.</summary>
    public void Begin(CompiledRoute route)
    {
        BeginDeadline(route.RequestHeaders);
        if (!exchange.HasFailed && route.Plan.GrpcWeb && Kind is GrpcKind.Web or GrpcKind.WebText)
        {
            BridgeRequest();
            AnswerKind = GrpcContentType.WantedBy(exchange.Request.Fields, Kind);
            _bridge ??= new GrpcWebClientStream(exchange);
            _bridge.Begin(exchange.Client);
            exchange.Client = _bridge;
        }
    }

    /// <summary>Has the copy of a call look to its server as the call itself does.</summary>
    public void Follow(GrpcCall original)
    {
        Kind = original.Kind;
        if (original._writesTimeout && exchange.Request.Fields.IndexOf(TimeoutName) is >= 0 and var index)
        {
            // Nobody waits for a copy: what the client said goes on as it is.
            FieldTable fields = exchange.Request.Fields;
            fields.SetFlags(index, fields[index].Flags & ~FieldFlags.Replaced);
        }

        if (original.IsBridged)
        {
            BridgeRequest();
        }
    }

    /// <summary>Writes the fields of the request that are this one's to write.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="edited">Known fields that the route writes itself.</param>
    public void AppendRequestFields(ref HeadWriter writer, ulong edited)
    {
        if ((ReplacedInRequest & ~edited) != 0)
        {
            exchange.Request.Fields.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> asked);
            AppendContentType(ref writer, GrpcKind.Grpc, GrpcContentType.SuffixOf(asked));
        }

        if (_writesTimeout)
        {
            GrpcTimeout.Append(ref writer, _deadline!.LeftUs);
        }
    }

    /// <summary>The same for the response: the server's type in the client's words.</summary>
    public void AppendResponseFields(ref HeadWriter writer, ulong edited)
    {
        if ((ReplacedInResponse & ContentTypeMask & ~edited) == 0)
        {
            return;
        }

        exchange.Response.Fields.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> answered);
        exchange.Request.Fields.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> asked);
        ReadOnlySpan<byte> suffix = GrpcContentType.SuffixOf(answered);
        AppendContentType(ref writer, AnswerKind, suffix.IsEmpty ? GrpcContentType.SuffixOf(asked) : suffix);
    }

    /// <summary>Takes note of the head of the server's response.</summary>
    public void OnResponse()
    {
        if (Kind != GrpcKind.None)
        {
            IsAnswered = GrpcContentType.KindOf(exchange.Response.Fields) == GrpcKind.Grpc;
            NoteStatus(exchange.Response.Fields);
        }
    }

    /// <summary>Takes note of the end of the server's response.</summary>
    public void OnResponseEnd()
    {
        if (Kind != GrpcKind.None && exchange.ResponseTrailers is { } trailers)
        {
            NoteStatus(trailers);
        }
    }

    /// <summary>Makes it ready for the next request.</summary>
    public void Reset()
    {
        if (Kind == GrpcKind.None)
        {
            return;
        }

        Kind = GrpcKind.None;
        AnswerKind = GrpcKind.None;
        IsBridged = false;
        Status = NoStatus;
        _writesTimeout = false;
        IsAnswered = false;
        _deadline?.Stop();
        _bridge?.End();
    }

    private static void AppendContentType(ref HeadWriter writer, GrpcKind kind, ReadOnlySpan<byte> suffix)
    {
        writer.Append("Content-Type: "u8);
        writer.Append(GrpcContentType.NameOf(kind));
        writer.Append(suffix);
        writer.Append("\r\n"u8);
    }

    private void BridgeRequest()
    {
        IsBridged = true;
        exchange.Request.TeTrailers = true;
        if (Kind == GrpcKind.WebText)
        {
            exchange.Request.ForgetLength();
        }
    }

    // The smaller of what the client says and the route allows; a call without a limit of its own has the route's.
    private void BeginDeadline(HeaderEdits? edits)
    {
        FieldTable fields = exchange.Request.Fields;
        long limitUs = exchange.Limits.GrpcTimeoutMaxMs * 1_000L;
        int index = fields.IndexOf(TimeoutName);
        long timeoutUs = limitUs;
        if (index >= 0)
        {
            if (!GrpcTimeout.TryParse(fields.Value(index), out timeoutUs) || fields.IndexOf(TimeoutName, index + 1) >= 0)
            {
                exchange.Fail(ProxyErrorCode.GrpcTimeoutInvalid);
                return;
            }

            if (timeoutUs == 0)
            {
                exchange.Fail(ProxyErrorCode.GrpcDeadlineExceeded);
                return;
            }

            timeoutUs = limitUs > 0 ? Math.Min(timeoutUs, limitUs) : timeoutUs;
        }

        if (timeoutUs == 0)
        {
            return;
        }

        _deadline ??= new GrpcDeadline(exchange);
        _deadline.Begin(timeoutUs);
        _writesTimeout = edits is null || !edits.Mentions(TimeoutName);
        if (_writesTimeout && index >= 0)
        {
            fields.SetFlags(index, fields[index].Flags | FieldFlags.Replaced);
        }
    }

    private void NoteStatus(FieldTable fields)
    {
        int index = fields.IndexOf(StatusName);
        if (index >= 0 && Utf8Parser.TryParse(fields.Value(index), out int status, out int length) && length == fields.Value(index).Length && status >= 0)
        {
            Status = status;
        }
    }
}
