using System.Runtime.CompilerServices;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Grpc;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Failover;

/// <summary>The fixed response that a route gives in place of errors of the proxy's own with a status of 5xx. A call of gRPC gets its own kind of error.</summary>
internal static class FallbackAnswer
{
    private const int FirstServerError = 500;

    /// <summary>Answers an exchange that has failed: with the route's fallback, or with the error.</summary>
    public static ValueTask SendAsync(Exchange exchange)
    {
        if (exchange.Route?.Fallback is not { } response || exchange.ResponseStarted || exchange.Grpc.Kind != GrpcKind.None
            || ProxyErrors.Get(exchange.Error) is not { Side: ErrorSide.Upstream, Status: >= FirstServerError })
        {
            return ErrorResponse.SendAsync(exchange);
        }

        exchange.Status = response.Status;
        return RespondAsync(exchange, response.For(exchange));
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask RespondAsync(Exchange exchange, PreparedResponse response) => await exchange.Client.SendPreparedAsync(exchange, response);
}
