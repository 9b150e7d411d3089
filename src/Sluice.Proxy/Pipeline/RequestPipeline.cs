using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Pipeline;

/// <summary>A request's whole life, from the head that was parsed to the response that was sent.</summary>
/// <remarks>
/// <list type="number">
/// <item><see cref="PipelineStage.Accept"/> and <see cref="PipelineStage.Parse"/>: <see cref="ClientConnection"/> took the connection in and read the head.</item>
/// <item><see cref="PipelineStage.Route"/>: the plan's table finds the route by the canonical host and path.</item>
/// <item><see cref="PipelineStage.Limits"/>: what is too large for the route is refused before anything is done for it.</item>
/// <item><see cref="PipelineStage.Balance"/> and <see cref="PipelineStage.Forward"/>: <see cref="Forwarder"/> picks a server and exchanges messages with it.</item>
/// <item><see cref="PipelineStage.Response"/>: a fixed response, the server's, or the plain words of an error.</item>
/// <item><see cref="PipelineStage.Log"/>: <see cref="ClientConnection"/> has the worker record the end, exactly once.</item>
/// </list>
/// </remarks>
internal sealed class RequestPipeline
{
    private readonly Worker _worker;

    public RequestPipeline(Worker worker) => _worker = worker;

    /// <summary>Takes a request through the stages. When it ends, the response is sent or the connection is to be closed.</summary>
    public ValueTask RunAsync(Exchange exchange)
    {
        // 1. Parse: done by the connection; what it refused is answered here.
        // 2. Route.
        if (!exchange.HasFailed)
        {
            FindRoute(exchange);
        }

        // 3. Limits.
        if (!exchange.HasFailed)
        {
            CheckLimits(exchange);
        }

        if (exchange.HasFailed)
        {
            return ErrorResponse.SendAsync(exchange);
        }

        // 4. Balance and forward, or respond.
        CompiledRoute route = exchange.Route!;
        return route.Response is { } response
            ? RespondAsync(exchange, response)
            : Forwarder.RunAsync(exchange, route.Upstream!);
    }

    private static void CheckLimits(Exchange exchange)
    {
        long max = exchange.Limits.RequestBodyBytesMax;
        RequestHead request = exchange.Request;
        if (max > 0 && request.Framing == BodyFraming.ContentLength && request.ContentLength > max)
        {
            exchange.Fail(ProxyErrorCode.RequestBodyTooLarge);
            exchange.Client.CloseAfterResponse();
        }
    }

    private void FindRoute(Exchange exchange)
    {
        ClientIdentity.Resolve(exchange, exchange.Snapshot.Plan.Forwarded);
        exchange.Route = exchange.Snapshot.Routes.Find(exchange.Request.Host, exchange.Request.Path);
        if (exchange.Route is { } route)
        {
            exchange.Limits = route.Limits;
            route.State.Count(_worker.Index);
        }
        else
        {
            exchange.Fail(ProxyErrorCode.NoRoute);
        }
    }

    // A failure to send is recorded in the exchange; there is nothing to add to it here.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask RespondAsync(Exchange exchange, PreparedResponse response) =>
        await exchange.Client.SendPreparedAsync(exchange, response);
}
