using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Grpc;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Pipeline;

/// <summary>The answer to a request that failed: the status of the error and its plain words, where an answer still makes sense; to a call of gRPC in its own words.</summary>
internal static class ErrorResponse
{
    private const int ClientClosedRequest = 499;

    // By their status, each made when it is first needed. Two loops may make the same at once, of which one is kept.
    private static readonly PreparedResponse?[] Prepared = new PreparedResponse?[600];

    /// <summary>The status of an exchange's error; a broken rule may have its own, and so may a maintenance, and a fault that was asked for.</summary>
    public static int StatusOf(Exchange exchange)
    {
        bool hasOwn = exchange is { Error: ProxyErrorCode.BadRequest, Violation: not Violation.None };
        return hasOwn ? Violations.Get(exchange.Violation).Status
            : exchange.Error == ProxyErrorCode.FaultInjected ? exchange.Route!.Faults!.AbortStatus
            : exchange is { Error: ProxyErrorCode.FileNotFound, Route.Files: { } files } ? files.MissingStatus
            : exchange.Error == ProxyErrorCode.Maintenance ? exchange.Route!.Access!.Maintenance!.Status
            : ProxyErrors.Get(exchange.Error).Status;
    }

    /// <summary>The answer with a status and what it is called.</summary>
    public static PreparedResponse PlainWords(int status) => Prepared[status] ??= PreparedResponse.ForStatus(status);

    /// <summary>Answers, or closes the connection when the response has begun or nobody is there to read it.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public static async ValueTask SendAsync(Exchange exchange)
    {
        int status = StatusOf(exchange);
        if (exchange.ResponseStarted && await GrpcErrors.TryEndAsync(exchange))
        {
            return;
        }

        if (exchange.ResponseStarted || status is 0 or ClientClosedRequest)
        {
            exchange.Status = exchange.ResponseStarted ? exchange.Status : status;
            exchange.Client.Abort(exchange);
            return;
        }

        if (ProxyErrors.Get(exchange.Error) is { Side: ErrorSide.Client, Scope: ErrorScope.Connection })
        {
            exchange.Client.CloseAfterResponse();
        }

        if (GrpcErrors.Find(exchange, status) is { } answer)
        {
            await exchange.Client.SendPreparedAsync(exchange, answer);
            return;
        }

        exchange.Status = status;
        if (FindPage(exchange, status) is { } page)
        {
            await page.SendAsync(exchange);
        }
        else
        {
            await exchange.Client.SendPreparedAsync(exchange, PlainWords(status));
        }
    }

    // A page may change the status.
    private static Page? FindPage(Exchange exchange, int status)
    {
        if (exchange.Error == ProxyErrorCode.Maintenance && exchange.Route!.Access!.Maintenance!.Page is { } own)
        {
            return own;
        }

        ErrorPageSet? pages = exchange.Route is { } route ? route.ErrorPages : ErrorPageSet.Of(exchange.Snapshot.Plan.ErrorPages);
        ErrorPage? page = pages?.Find(status, exchange.Request);
        exchange.Status = page?.StatusFor(status) ?? status;
        return page?.Page;
    }
}
