using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Http.Uris;
using Sluice.Proxy.Access;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Faults;
using Sluice.Proxy.Files;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Grpc;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Transforms;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Pipeline;

/// <summary>A request's whole life, from the head that was parsed to the response that was sent.</summary>
/// <remarks>
/// <list type="number">
/// <item><see cref="PipelineStage.Accept"/> and <see cref="PipelineStage.Parse"/>: <see cref="ClientConnection"/> took the connection in and read the head.</item>
/// <item><see cref="PipelineStage.Route"/>: the plan's table finds the most specific route that takes the canonical request.</item>
/// <item><see cref="PipelineStage.Limits"/>: what is too much at the moment, by the route's priority, or too large for the route is refused before anything is done for it.</item>
/// <item><see cref="PipelineStage.Access"/>: what the route doesn't take is refused, and preflights are answered (<see cref="AccessChecks"/>).</item>
/// <item><see cref="PipelineStage.Transform"/>: the target is rewritten; headers are changed later, as heads are written.</item>
/// <item><see cref="PipelineStage.Cache"/>: what is stored and still good is sent; what isn't is fetched once for all who want it (<see cref="Caching.CacheVisit"/>).</item>
/// <item><see cref="PipelineStage.Balance"/> and <see cref="PipelineStage.Forward"/>: the route's split chooses the upstream, and <see cref="Forwarder"/> picks a server and exchanges messages with it.</item>
/// <item><see cref="PipelineStage.Response"/>: a fixed response, a redirect, a file (<see cref="StaticFiles"/>), the server's, or the plain words of an error.</item>
/// <item><see cref="PipelineStage.Log"/>: <see cref="ClientConnection"/> has the worker record the end, exactly once.</item>
/// </list>
/// </remarks>
internal sealed class RequestPipeline
{
    private readonly Worker _worker;

    private readonly AcmeChallenges _challenges;

    public RequestPipeline(Worker worker)
    {
        _worker = worker;
        _challenges = new AcmeChallenges(worker, this);
    }

    /// <summary>Takes a request through the stages. When it ends, the response is sent or the connection is to be closed.</summary>
    public ValueTask RunAsync(Exchange exchange)
    {
        // 1. Parse: done by the connection; what it refused is answered here.
        exchange.Grpc.Detect();

        // 2. Route.
        if (!exchange.HasFailed)
        {
            if (AcmeChallenges.IsAsked(exchange.Request) && !exchange.IsTls)
            {
                return _challenges.RunAsync(exchange);
            }

            FindRoute(exchange);
        }

        return GoOnAsync(exchange);
    }

    /// <summary>Takes a request that has its route, or has failed, through the other stages.</summary>
    private ValueTask GoOnAsync(Exchange exchange)
    {
        // 3. Limits.
        if (!exchange.HasFailed)
        {
            CheckLimits(exchange);
        }

        // 4. Access.
        PreparedResponse? answer = exchange.HasFailed ? null : CheckAccess(exchange);

        // 5. Transform.
        if (!exchange.HasFailed && answer is null)
        {
            Transform(exchange);
        }

        if (exchange.HasFailed)
        {
            return ErrorResponse.SendAsync(exchange);
        }

        if (answer is not null)
        {
            return RespondAsync(exchange, answer);
        }

        return exchange.Route!.Faults is { } faults ? AnswerFaultyAsync(exchange, faults) : AnswerAsync(exchange);
    }

    // What is asked for on purpose comes when everything else would have been well.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask AnswerFaultyAsync(Exchange exchange, FaultInjection faults)
    {
        await faults.RunAsync(exchange);
        await (exchange.HasFailed ? ErrorResponse.SendAsync(exchange) : AnswerAsync(exchange));
    }

    private ValueTask AnswerAsync(Exchange exchange)
    {
        // 6. Respond, or answer from the cache, or balance and forward.
        CompiledRoute route = exchange.Route!;
        if (route.Response is { } response)
        {
            return RespondAsync(exchange, response.For(exchange));
        }

        if (route.Files is { } files)
        {
            return files.AnswerAsync(exchange);
        }

        return route.Cache is not { } cache ? ForwardAsync(exchange)
            : cache.Takes(exchange.Request) ? exchange.CacheVisit.RunAsync(cache)
            : cache.IsPurge(exchange.Request) ? exchange.CacheVisit.PurgeAsync(cache)
            : ForwardAsync(exchange);
    }

    /// <summary>Sends a request that nothing here can answer to a server.</summary>
    internal ValueTask ForwardAsync(Exchange exchange)
    {
        CompiledRoute route = exchange.Route!;
        UpstreamState upstream = route.Split!.Choose(exchange);
        exchange.UpstreamState = upstream;
        if (route.Mirror is { } mirror)
        {
            _worker.Mirrors.Begin(exchange, mirror);
        }

        return exchange.Mirror is null ? Forwarder.RunAsync(exchange, upstream) : ForwardCopiedAsync(exchange, upstream);
    }

    private void CheckLimits(Exchange exchange)
    {
        PriorityClass priority = exchange.Route!.Plan.PriorityClass;
        if (priority < _worker.Overload.LeastAdmitted)
        {
            _worker.TurnedAway.CountShed(priority);
            exchange.Fail(ProxyErrorCode.Overloaded);
            return;
        }

        long max = exchange.Limits.RequestBodyBytesMax;
        RequestHead request = exchange.Request;
        if (max > 0 && request.Framing == BodyFraming.ContentLength && request.ContentLength > max)
        {
            exchange.Fail(ProxyErrorCode.RequestBodyTooLarge);
            exchange.Client.CloseAfterResponse();
        }
    }

    private static PreparedResponse? CheckAccess(Exchange exchange)
    {
        if (exchange.Route!.Access is { } access)
        {
            return access.Run(exchange);
        }

        if (exchange.Request.PathTraits != PathTraits.None)
        {
            PathPolicy.Default.Check(exchange);
        }

        if (exchange.IsEarlyData)
        {
            exchange.Fail(ProxyErrorCode.TooEarly);
        }

        return null;
    }

    private static void Transform(Exchange exchange)
    {
        CompiledRoute route = exchange.Route!;
        if (route.Rewriter is { } rewriter && !exchange.Request.IsAsteriskForm)
        {
            Rewrite(exchange, rewriter);
        }

        if (route.Response is { Location.NeedsHost: true } && exchange.Request.Host.IsEmpty)
        {
            // HTTP/1.0 may come without a host, and then there is none to be sent back to.
            exchange.Fail(ProxyErrorCode.BadRequest, Violation.MissingHost);
        }

        if (exchange.Grpc.Kind != GrpcKind.None && route.Split is not null && !exchange.HasFailed)
        {
            exchange.Grpc.Begin(route);
        }

        if (route.Compression is { } compression && exchange.Grpc.Kind == GrpcKind.None)
        {
            exchange.BeginCompression(compression);
        }
    }

    private static void Rewrite(Exchange exchange, TargetRewriter rewriter)
    {
        Violation violation = exchange.Target.Set(rewriter, exchange);
        if (violation != Violation.None)
        {
            bool isOwn = !rewriter.IsSound || !exchange.Target.BeginsWithSlash;
            exchange.Fail(isOwn ? ProxyErrorCode.RewriteInvalid : ProxyErrorCode.RewriteRefused, violation);
        }
        else if (exchange.Target.Traits != PathTraits.None)
        {
            (exchange.Route!.Access?.Path ?? PathPolicy.Default).CheckRewritten(exchange);
        }
    }

    /// <summary>Finds the route of a request that is none for this program itself, and takes it through the other stages.</summary>
    internal ValueTask RouteAsync(Exchange exchange)
    {
        FindRoute(exchange);
        return GoOnAsync(exchange);
    }

    private void FindRoute(Exchange exchange)
    {
        ClientCertificateFields.Remove(exchange);
        if (exchange.ClientTls is { } tls && !tls.MayServe(exchange.Request.Host, exchange.Listener.Tls?.ClientPolicies))
        {
            exchange.Fail(ProxyErrorCode.MisdirectedRequest);
            return;
        }

        bool isHttps = ClientIdentity.Resolve(exchange, exchange.Snapshot.Plan.Forwarded);
        RouteTable routes = exchange.Snapshot.Routes;
        var input = new RouteInput
        {
            Request = exchange.Request,
            ClientAddress = exchange.ClientAddress,
            IsHttps = isHttps,
            Sni = exchange.ClientTls is { } client ? client.Choice.ServerNameUtf8 : default,
            Listener = exchange.Listener.Plan,
            Sample = routes.UsesSample ? Random.Shared.Next(RouteInput.SampleCount) : 0,
        };
        RouteEntry? entry = routes.FindEntry(input);
        exchange.Route = entry?.Route;
        exchange.PathGroups.Set(entry?.PathRegex);
        if (exchange.Route is { } route)
        {
            exchange.Limits = route.Limits;
            route.State.Count(_worker.Index);
        }
        else
        {
            // The parser lets through what a route may allow. No route, no leave: the first reason is the one that counts.
            PathPolicy.Default.Check(exchange);
            exchange.Fail(ProxyErrorCode.NoRoute);
        }
    }

    // A copy whose request ended before its content did would wait for the rest in vain.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask ForwardCopiedAsync(Exchange exchange, UpstreamState upstream)
    {
        try
        {
            await Forwarder.RunAsync(exchange, upstream);
        }
        finally
        {
            exchange.Mirror?.GiveUp();
        }
    }

    // A failure to send is recorded in the exchange; there is nothing to add to it here.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask RespondAsync(Exchange exchange, PreparedResponse response) =>
        await exchange.Client.SendPreparedAsync(exchange, response);
}
