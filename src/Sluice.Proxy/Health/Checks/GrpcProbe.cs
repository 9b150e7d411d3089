using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Health.Checks;

/// <summary>Asks a server by gRPC's health checking protocol whether it is serving.</summary>
internal sealed class GrpcProbe(ProbeTarget target, CheckRequest request) : RequestProbe(target, request)
{
    private const int Serving = 1;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    protected override async ValueTask<CheckResult> JudgeAsync(Exchange exchange, UpstreamStream stream)
    {
        if (exchange.Response.Status != 200)
        {
            return CheckResult.Failed($"status {exchange.Response.Status}");
        }

        // Without content the status of the call is in the head ("Trailers-Only" of the protocol); that has to be read before content is, which takes its place.
        int callStatus = StatusOf(exchange.Response.Fields);
        BodySlice slice;
        do
        {
            slice = await stream.ReadContentAsync(exchange);
            if (slice.Error != ProxyErrorCode.None)
            {
                exchange.Fail(slice.Error);
                return FailureOf(exchange);
            }

            Content.Add(slice.Span);
        }
        while (!slice.IsLast && !Content.IsFull);

        if (callStatus < 0 && exchange.ResponseTrailers is { } trailers)
        {
            callStatus = StatusOf(trailers);
        }

        return callStatus != 0 ? CheckResult.Failed(callStatus < 0 ? "no grpc-status" : $"grpc-status {callStatus}")
            : !GrpcHealth.TryReadStatus(Content.Bytes, out ulong serving) ? CheckResult.Failed("no message of the health checking protocol")
            : serving != Serving ? CheckResult.Failed(GrpcHealth.NameOf(serving))
            : CheckResult.Passed;
    }

    // -1 when there is none.
    private static int StatusOf(FieldTable fields)
    {
        int index = fields.IndexOf("grpc-status"u8);
        return index >= 0 && Utf8Parser.TryParse(fields.Value(index), out int status, out int length) && length == fields.Value(index).Length ? status : -1;
    }
}
