using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Balancing;
using Sluice.Proxy.Clients;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>The only duplex loop: sends a request to a server and the response to the client, both ways at once and in bounded memory.</summary>
/// <remarks>
/// <list type="number">
/// <item>Pick a server, and take a connection to it: an idle one, or a fresh one.</item>
/// <item>Send the head of the request, with the content that is there already.</item>
/// <item>Carry the rest of the content alongside (<see cref="RequestPump"/>); with <c>Expect: 100-continue</c> only once the server asks for it.</item>
/// <item>Read the head of the response; pass interim responses on. What fails up to here may be tried again (<see cref="RetryDecision"/>).</item>
/// <item>Switch protocols (101), send a page in place of the response if the route says so, or send the response part by part.</item>
/// <item>Give the connection back, or close it; answer with an error where no response began.</item>
/// </list>
/// </remarks>
internal static class Forwarder
{
    /// <summary>Runs the exchange with a server of <paramref name="upstream"/>. How it ended is recorded in the exchange.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public static async ValueTask RunAsync(Exchange exchange, UpstreamState upstream)
    {
        UpstreamStream? stream;
        do
        {
            // 1. Pick a server, and take a connection to it.
            stream = null;
            ServerState? server = Balance(exchange, upstream);
            if (server is not null)
            {
                UpstreamPool pool = server.PoolOf(exchange.Worker);
                stream = (exchange.ReuseFailed ? null : pool.TryRent(exchange)) ?? await pool.RentAsync(exchange);
            }

            if (stream is null)
            {
                continue;
            }

            // 2. Send the head of the request. 3. Carry the rest of the content alongside.
            Attach(exchange, stream);
            IoResult sent = await SendHeadAsync(exchange, stream);
            BeginContent(exchange, stream, sent);

            // 4. Read the head of the response. A failed send may still have been answered.
            ProxyErrorCode error;
            do
            {
                error = await stream.ReadHeadAsync(exchange);
            }
            while (InterimResponses.IsPending(exchange, stream, error) && await InterimResponses.PassOnAsync(exchange, stream, error));
            FailIf(exchange, error);
            if (exchange.HasFailed)
            {
                await AbandonAsync(exchange, stream, sent);
                stream = null;
            }
        }
        while (stream is null && RetryDecision.TryAgain(exchange));

        if (stream is not null)
        {
            // 5. Switch protocols, or send the response. 6. Give the connection back.
            exchange.FirstByteTimestamp = exchange.Worker.Loop.NowTimestamp;
            await (exchange.Response.Status == InterimResponses.SwitchingProtocols ? UpgradeAsync(exchange, stream)
                : PageFor(exchange) is { } page ? ReplaceAsync(exchange, stream, page)
                : RelayAsync(exchange, stream));
        }

        if (exchange.HasFailed && !exchange.IsTunnel)
        {
            await ErrorResponse.SendAsync(exchange);
        }
    }

    private static ServerState? Balance(Exchange exchange, UpstreamState upstream)
    {
        UpstreamMember? member = exchange.ReuseFailed ? exchange.Member : upstream.BalancerOf(exchange.Worker).Pick(exchange.FailedServers);
        if (member is null)
        {
            exchange.Fail(ProxyErrorCode.NoServer);
            return null;
        }

        exchange.Member = member;
        exchange.Attempts++;
        return member.Server;
    }

    private static void Attach(Exchange exchange, UpstreamStream stream)
    {
        exchange.Upstream = stream;
        exchange.ConnectedTimestamp = exchange.Worker.Loop.NowTimestamp;
        stream.Server.RequestBegan();
        stream.BeginRequest(exchange);
    }

    private static void Detach(Exchange exchange, UpstreamStream stream)
    {
        Debug.Assert(ReferenceEquals(exchange.Upstream, stream), "An exchange has one server's side at a time.");
        exchange.Upstream = null;

        // What it waited for may serve another exchange from now on, whose waits are not to be cancelled by this one.
        exchange.Waiting = null;
        stream.Server.RequestEnded();
    }

    // With an error the exchange may still have been answered.
    private static ValueTask<IoResult> SendHeadAsync(Exchange exchange, UpstreamStream stream)
    {
        BodySlice first = RequestPump.TakeFirst(exchange);
        if (first.Error != ProxyErrorCode.None)
        {
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        exchange.Pump.IsComplete = exchange.RequestCompleted;
        return stream.SendHeadAsync(exchange, first);
    }

    private static void BeginContent(Exchange exchange, UpstreamStream stream, IoResult sent)
    {
        if (sent.IsError)
        {
            // Nothing more goes out; what the server may have answered is there already or never comes.
            exchange.Pump.IsComplete = false;
            stream.StartFirstByteTimer(1);
        }
        else if (exchange.Pump.IsComplete)
        {
            stream.StartFirstByteTimer(exchange.Limits.FirstByteTimeoutMs);
        }
        else if (exchange.ContentExpected)
        {
            exchange.Pump.Start(exchange, stream);
        }
        else
        {
            stream.StartFirstByteTimer(exchange.Limits.ContinueTimeoutMs);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask AbandonAsync(Exchange exchange, UpstreamStream stream, IoResult sent)
    {
        RetryDecision.Note(exchange, stream, sent);
        await exchange.Pump.StopAsync(exchange, stream);
        Detach(exchange, stream);
        stream.Close();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask RelayAsync(Exchange exchange, UpstreamStream stream)
    {
        ClientStream client = exchange.Client;
        ResponseFraming.WriteHead(exchange);
        BodySlice slice = default;
        while (!slice.IsLast && !exchange.HasFailed)
        {
            ValueTask<BodySlice> reading = stream.ReadContentAsync(exchange);
            if (!reading.IsCompleted && !exchange.ResponseStarted && await client.SendContentAsync(exchange, default) != ProxyErrorCode.None)
            {
                // Content may be long in coming, so the head went first; nobody took it.
                stream.CancelWait();
            }

            slice = await reading;
            if (slice.Error != ProxyErrorCode.None)
            {
                exchange.Fail(slice.Error);
                break;
            }

            // Part by part; what is large and of known length moves on inside the kernel, up to its end, which is then the next part.
            await client.SendContentAsync(exchange, slice);
            if (Splicer.Applies(exchange.ResponseBody, stream.BufferedBytes) && !exchange.HasFailed && stream.AsSpliceEnd() is { } from && client.AsSpliceEnd() is { } to)
            {
                ProxyErrorCode error = await Splicer.RunAsync(exchange, exchange.ResponseBody, from, to, exchange.ResponseShare);
                FailIf(exchange, error);
            }
            else if (!slice.IsLast)
            {
                await exchange.ResponseShare.TakeAsync();
            }
        }

        // A response that is whole before its request: the server wants no more of it, and its connection can't be used again.
        bool requestSent = exchange.Pump.IsComplete;
        await exchange.Pump.StopAsync(exchange, stream);
        Detach(exchange, stream);
        if (requestSent && !exchange.HasFailed)
        {
            stream.Release(exchange);
        }
        else
        {
            stream.Close();
        }
    }

    private static ErrorPage? PageFor(Exchange exchange)
    {
        ErrorPage? page = exchange.Route!.ErrorPages is { Intercepts: true } pages ? pages.Find(exchange.Response.Status, exchange.Request) : null;
        return page is { Plan.Intercept: true } ? page : null;
    }

    // The client gets its page at once; then what the server still sends is thrown away, so that its connection can be used again.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask ReplaceAsync(Exchange exchange, UpstreamStream stream, ErrorPage page)
    {
        bool requestSent = exchange.Pump.IsComplete;
        await exchange.Pump.StopAsync(exchange, stream);
        exchange.Status = page.StatusFor(exchange.Response.Status);
        if (!exchange.HasFailed)
        {
            await page.Page.SendAsync(exchange);
        }

        bool isDrained = requestSent && !exchange.HasFailed && await exchange.Drain.RunAsync(exchange, stream);
        Detach(exchange, stream);
        if (isDrained && !exchange.HasFailed)
        {
            stream.Release(exchange);
        }
        else
        {
            stream.Close();
        }
    }

    private static void FailIf(Exchange exchange, ProxyErrorCode error)
    {
        if (error != ProxyErrorCode.None)
        {
            exchange.Fail(error);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask UpgradeAsync(Exchange exchange, UpstreamStream stream)
    {
        exchange.Client.WriteUpgradeHead(exchange);
        if (exchange.HasFailed)
        {
            Detach(exchange, stream);
            stream.Close();
            return;
        }

        exchange.IsTunnel = true;
        if (await exchange.Client.SendContentAsync(exchange, default) == ProxyErrorCode.None)
        {
            await new Tunnel(exchange, exchange.Client.BeginTunnel(exchange), stream.BeginTunnel(exchange)).RunAsync();
        }

        Detach(exchange, stream);
        stream.Close();
    }
}
