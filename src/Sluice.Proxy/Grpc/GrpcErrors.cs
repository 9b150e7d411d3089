using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Grpc;

/// <summary>Errors of this program in the words of gRPC: the status of HTTP is 200, and the head is the whole answer (Trailers-Only, grpc/doc/PROTOCOL-HTTP2.md).</summary>
internal static class GrpcErrors
{
    // For each kind first the answers to errors, then those to broken rules with a status of their own.
    private const int ErrorSlots = 256;
    private const int KindSlots = ErrorSlots + 600;

    // Each made when it is first needed. Two loops may make the same at once, of which one is kept.
    private static readonly PreparedResponse?[] Prepared = new PreparedResponse?[4 * KindSlots];

    private static readonly FieldTable DeadlineTrailers = ReadLines(LinesOf(GrpcStatus.DeadlineExceeded, ProxyErrors.Get(ProxyErrorCode.GrpcDeadlineExceeded).Status));

    /// <summary>The answer to a call that failed; null for what is no call, and where an answer makes no sense.</summary>
    /// <param name="exchange">The exchange, whose response has not begun.</param>
    /// <param name="httpStatus">The status that another client would get.</param>
    public static PreparedResponse? Find(Exchange exchange, int httpStatus)
    {
        bool hasOwn = exchange is { Error: ProxyErrorCode.BadRequest, Violation: not Violation.None };
        if (exchange.Grpc.Kind == GrpcKind.None || (hasOwn ? GrpcStatuses.OfHttp(httpStatus) : GrpcStatuses.Of(exchange.Error)) is not { } status)
        {
            return null;
        }

        exchange.Grpc.Status = (int)status;
        GrpcKind kind = exchange.Grpc.AnswerKind;
        int slot = hasOwn ? ErrorSlots + httpStatus : (int)exchange.Error;
        return Prepared[((int)kind * KindSlots) + slot] ??= Prepare(kind, status, hasOwn ? httpStatus : ProxyErrors.Get(exchange.Error).Status);
    }

    /// <summary>
    /// Ends a response whose time is up with trailers that say so, where they can be told from the content. False where nothing but breaking off is left.
    /// </summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public static async ValueTask<bool> TryEndAsync(Exchange exchange)
    {
        if (exchange.Error != ProxyErrorCode.GrpcDeadlineExceeded || exchange.ResponseCompleted || !exchange.Grpc.TakesTrailers)
        {
            return false;
        }

        exchange.ResponseTrailers = DeadlineTrailers;
        exchange.Grpc.Status = (int)GrpcStatus.DeadlineExceeded;
        return await exchange.Client.SendContentAsync(exchange, BodySlice.End) == ProxyErrorCode.None;
    }

    private static PreparedResponse Prepare(GrpcKind kind, GrpcStatus status, int httpStatus) => PreparedResponse.Create(new RespondAction(
        200, [new("content-type", Encoding.ASCII.GetString(GrpcContentType.NameOf(kind))), .. LinesOf(status, httpStatus)], []));

    // As little about why as others get. Nothing in these words would have to be percent-encoded.
    private static KeyValuePair<string, string>[] LinesOf(GrpcStatus status, int httpStatus) =>
        [new("grpc-status", $"{(int)status}"), new("grpc-message", $"{httpStatus} {Encoding.ASCII.GetString(ReasonPhrases.Get(httpStatus))}")];

    private static FieldTable ReadLines(KeyValuePair<string, string>[] lines)
    {
        var table = new FieldTable(lines.Length);
        var text = new StringBuilder();
        foreach ((string name, string value) in lines)
        {
            int start = text.Length;
            text.Append(name).Append(": ").Append(value).Append("\r\n");
            bool fits = table.TryAdd(new Field(start, name.Length, start + name.Length + 2, value.Length, KnownField.Other, FieldFlags.None));
            Debug.Assert(fits, "There is room for each.");
        }

        table.Buffer = Encoding.ASCII.GetBytes(text.ToString());
        return table;
    }
}
