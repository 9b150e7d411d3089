using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Grpc;

/// <summary>What errors of this program are to a client of gRPC: mostly what it would make of their status itself (grpc/doc/http-grpc-status-mapping.md).</summary>
public static class GrpcStatuses
{
    private const int ClientClosedRequest = 499;

    /// <summary>The status of an error; null where nothing of gRPC is answered.</summary>
    public static GrpcStatus? Of(ProxyErrorCode error) => error switch
    {
        ProxyErrorCode.GrpcDeadlineExceeded or ProxyErrorCode.RequestTimeout => GrpcStatus.DeadlineExceeded,

        // Asked again on another connection, or later, by whoever speaks HTTP: a browser does so by itself, and the caller never learns of it.
        ProxyErrorCode.MisdirectedRequest or ProxyErrorCode.TooEarly => null,

        // The server has seen the call, and trying again would not help.
        ProxyErrorCode.ResponseInvalid or ProxyErrorCode.ResponseBodyInvalid or ProxyErrorCode.TooManyInterimResponses or ProxyErrorCode.UnexpectedUpgrade
            or ProxyErrorCode.UpstreamStreamReset or ProxyErrorCode.UpstreamHttp2Error => GrpcStatus.Internal,
        ProxyErrorCode.ResponseHeadTooLarge => GrpcStatus.ResourceExhausted,
        _ => ProxyErrors.Get(error) is { Stage: not PipelineStage.Accept } info ? OfHttp(info.Status) : null,
    };

    /// <summary>The status that stands for one of HTTP; null where there is nobody to be answered.</summary>
    public static GrpcStatus? OfHttp(int status) => status switch
    {
        0 or ClientClosedRequest => null,
        400 or 500 => GrpcStatus.Internal,
        401 => GrpcStatus.Unauthenticated,
        403 => GrpcStatus.PermissionDenied,
        404 or 405 or 501 => GrpcStatus.Unimplemented,

        // Limits of sizes, as the libraries of gRPC call them.
        413 or 414 or 431 => GrpcStatus.ResourceExhausted,

        // A client that was too slow may be faster the next time.
        408 or 429 or 502 or 503 or 504 => GrpcStatus.Unavailable,
        _ => GrpcStatus.Unknown,
    };
}
