using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Pipeline;

/// <summary>The answer to a request that failed: the status of the error and its plain words, where an answer still makes sense.</summary>
internal static class ErrorResponse
{
    private const int ClientClosedRequest = 499;
    private static readonly Dictionary<int, PreparedResponse> Prepared = BuildPrepared();

    /// <summary>The status of an exchange's error; a broken rule may have its own.</summary>
    public static int StatusOf(ProxyErrorCode error, Violation violation)
    {
        bool hasOwn = error == ProxyErrorCode.BadRequest && violation != Violation.None;
        return hasOwn ? Violations.Get(violation).Status : ProxyErrors.Get(error).Status;
    }

    /// <summary>Answers, or closes the connection when the response has begun or nobody is there to read it.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public static async ValueTask SendAsync(Exchange exchange)
    {
        int status = StatusOf(exchange.Error, exchange.Violation);
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

        await exchange.Client.SendPreparedAsync(exchange, Prepared[status]);
    }

    private static Dictionary<int, PreparedResponse> BuildPrepared()
    {
        IEnumerable<int> ofErrors = ProxyErrors.All.Select(code => ProxyErrors.Get(code).Status);
        IEnumerable<int> ofViolations = Enum.GetValues<Violation>().Where(violation => violation != Violation.None).Select(violation => Violations.Get(violation).Status);
        return ofErrors.Concat(ofViolations)
            .Where(status => status is not (0 or ClientClosedRequest))
            .Distinct()
            .ToDictionary(status => status, PreparedResponse.ForStatus);
    }
}
