using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Balancing;
using Sluice.Proxy.Caching;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Concurrency;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Failover;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Retries;
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
/// <item>Read the head of the response; pass interim responses on. A second server may be asked meanwhile (<see cref="Hedge"/>). What fails up to here, or answers with a status that is held back, may be tried again (<see cref="RetryDecision"/>), or at another upstream (<see cref="FailoverDecision"/>).</item>
/// <item>Switch protocols (101), send a page in place of the response if the route says so, or send the response part by part.</item>
/// <item>Give the connection back, or close it; answer with an error where no response began.</item>
/// </list>
/// </remarks>
internal static class Forwarder
{
    // Most errors are a page of text. To read more, or to wait longer, costs more than a connection.
    private const int DiscardBytesMax = 32 * 1024;
    private const int DiscardMs = 50;

    /// <summary>Runs the exchange with a server of <paramref name="upstream"/>. How it ended is recorded in the exchange.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public static async ValueTask RunAsync(Exchange exchange, UpstreamState upstream)
    {
        exchange.Retry.Begin(upstream);
        UpstreamStream? stream;
        do
        {
            // 1. Pick a server, and take a connection to it.
            stream = null;
            ServerState? server = await TryAdmitAsync(exchange, exchange.UpstreamState!) ? Balance(exchange, exchange.UpstreamState!) : null;
            if (server is not null)
            {
                UpstreamPool pool = server.PoolOf(exchange.Worker);
                stream = (exchange.ReuseFailed ? null : pool.TryRent(exchange)) ?? await pool.RentAsync(exchange);
            }

            if (stream is null)
            {
                AttemptRecord.Add(exchange, null);
            }
            else
            {
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
                FailIf(exchange, NameOf(exchange, error, sent));
                AttemptRecord.Add(exchange, stream);
                if (exchange.HasFailed)
                {
                    await AbandonAsync(exchange, stream, sent);
                    stream = null;
                }
            }

            if (exchange.Retry.Hedge is { } hedge)
            {
                stream = await hedge.EndAsync(stream);
            }

            if (stream is not null && RetryDecision.HoldsBack(exchange) && await DiscardAsync(exchange, stream))
            {
                stream = null;
            }
        }
        while (stream is null && RetryDecision.TryAgain(exchange) && await PauseAsync(exchange));

        RecordOutcome(exchange);
        if (stream is not null)
        {
            // 5. Switch protocols, or send the response. 6. Give the connection back.
            await AnswerAsync(exchange, stream);
        }

        await EndAsync(exchange);
    }

    /// <summary>Asks the server of an exchange that is a second try, up to the final head; interim responses are thrown away.</summary>
    /// <returns>The server's side, with the head in the exchange; null when it has failed, as the exchange says.</returns>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public static async ValueTask<UpstreamStream?> AskAsync(Exchange exchange)
    {
        UpstreamPool pool = exchange.Member!.Server.PoolOf(exchange.Worker);
        UpstreamStream? stream = pool.TryRent(exchange) ?? await pool.RentAsync(exchange);
        if (stream is null)
        {
            AttemptRecord.Add(exchange, null);
            return null;
        }

        Attach(exchange, stream);
        IoResult sent = await SendHeadAsync(exchange, stream);
        BeginContent(exchange, stream, sent);
        ProxyErrorCode error;
        do
        {
            error = await stream.ReadHeadAsync(exchange);
        }
        while (error == ProxyErrorCode.None && InterimResponses.IsDropped(exchange, stream));
        FailIf(exchange, NameOf(exchange, error, sent));
        AttemptRecord.Add(exchange, stream);
        if (!exchange.HasFailed)
        {
            return stream;
        }

        Drop(exchange, stream);
        return null;
    }

    /// <summary>Breaks off a try that is of no use any more; nothing is being sent.</summary>
    public static void Drop(Exchange exchange, UpstreamStream stream)
    {
        Detach(exchange, stream);
        stream.Close();
    }

    /// <summary>Breaks off what an exchange does at servers, and gives back what it has there, after a bug that has left it in no known state.</summary>
    public static void Abandon(Exchange exchange)
    {
        exchange.Retry.Hedge?.Abandon();
        if (exchange.Upstream is { } stream)
        {
            exchange.Pump.Abandon(exchange, stream);
            Detach(exchange, stream);
            stream.Close();
        }

        // It may stand for something that serves another exchange by now.
        exchange.Waiting = null;
        exchange.ServerPass.Leave();
        exchange.UpstreamPass.Leave();
        exchange.Retry.Abandon();
    }

    private static void RecordOutcome(Exchange exchange)
    {
        exchange.Circuit?.Record(exchange);
        exchange.UpstreamState!.Concurrency?.Record(exchange);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask EndAsync(Exchange exchange)
    {
        exchange.UpstreamPass.Leave();
        if (exchange.HasFailed && !exchange.IsTunnel)
        {
            await FallbackAnswer.SendAsync(exchange);
        }

        exchange.Retry.End();
    }

    // False with the reason in the exchange.
    private static ValueTask<bool> TryAdmitAsync(Exchange exchange, UpstreamState upstream) =>
        !CircuitBreaker.TryEnter(exchange, upstream) ? new ValueTask<bool>(false)
        : AdaptiveConcurrency.TryEnter(exchange, upstream) ? new ValueTask<bool>(true)
        : AdaptiveConcurrency.WaitAsync(exchange, upstream);

    private static ServerState? Balance(Exchange exchange, UpstreamState upstream)
    {
        UpstreamMember? member = exchange.ReuseFailed ? exchange.Member : upstream.Pick(exchange) ?? OtherServer.Find(exchange, upstream);
        if (member is null)
        {
            exchange.Fail(ProxyErrorCode.NoServer);
            return null;
        }

        exchange.Member = member;
        exchange.Attempts++;
        exchange.Retry.BeginTry();
        return member.Server;
    }

    private static ValueTask AnswerAsync(Exchange exchange, UpstreamStream stream)
    {
        exchange.Retry.EndTry();
        exchange.Retry.EndRecording();
        exchange.FirstByteTimestamp = exchange.Worker.Loop.NowTimestamp;
        exchange.Grpc.OnResponse();
        CacheInvalidation.Run(exchange);
        exchange.UpstreamState!.OnResponse(
            stream.Server, Stopwatch.GetElapsedTime(exchange.ConnectedTimestamp, exchange.FirstByteTimestamp).TotalMilliseconds, exchange.Worker);
        return exchange.Response.Status == InterimResponses.SwitchingProtocols ? UpgradeAsync(exchange, stream)
            : ErrorPageSet.FindFor(exchange) is { } page ? ReplaceAsync(exchange, stream, page)
            : RelayAsync(exchange, stream);
    }

    private static void Attach(Exchange exchange, UpstreamStream stream)
    {
        exchange.Upstream = stream;
        exchange.ConnectedTimestamp = exchange.Worker.Loop.NowTimestamp;
        stream.Server.RequestBegan();
        exchange.UpstreamState!.Health.Requests.Began(exchange.Worker.Index);
        exchange.Retry.OnAttached();
        stream.BeginRequest(exchange);
    }

    private static void Detach(Exchange exchange, UpstreamStream stream)
    {
        Debug.Assert(ReferenceEquals(exchange.Upstream, stream), "An exchange has one server's side at a time.");
        exchange.Upstream = null;

        // What it waited for may serve another exchange from now on, whose waits are not to be cancelled by this one.
        exchange.Waiting = null;
        stream.Server.RequestEnded();
        exchange.ServerPass.Leave();
        exchange.UpstreamState!.Health.Requests.Ended(exchange.Worker.Index);
        exchange.Retry.OnDetached();
    }

    // With an error the exchange may still have been answered.
    private static ValueTask<IoResult> SendHeadAsync(Exchange exchange, UpstreamStream stream)
    {
        BodySlice first = RequestPump.TakeFirst(exchange);
        if (first.Error != ProxyErrorCode.None)
        {
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        exchange.Pump.IsComplete = exchange.RequestCompleted && !exchange.Retry.HasKept;
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
        bool hasStarted = exchange.Pump.HasStarted;
        await exchange.Pump.StopAsync(exchange, stream);
        RetryDecision.Note(exchange, stream, sent, hasStarted);
        Detach(exchange, stream);
        stream.Close();
    }

    // A response that is not passed on: its connection can be used again if it is read to its end soon. False when it has to be passed on after all.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<bool> DiscardAsync(Exchange exchange, UpstreamStream stream)
    {
        bool hasStarted = exchange.Pump.HasStarted;
        bool requestSent = exchange.Pump.IsComplete;
        await exchange.Pump.StopAsync(exchange, stream);
        if (!exchange.Retry.CanResend(hasStarted) && !exchange.HasFailed)
        {
            exchange.Retry.IsDecided = false;
            return false;
        }

        bool isRead = requestSent && !exchange.HasFailed;
        bool isDrained = isRead && await exchange.Drain.RunAsync(exchange, stream, DiscardBytesMax, DiscardMs);
        ResponseEnd.OfAttempt(exchange, isRead ? exchange.Drain.Error : ProxyErrorCode.None);
        Detach(exchange, stream);
        if (isDrained && !exchange.HasFailed)
        {
            stream.Release(exchange);
        }
        else
        {
            stream.Close();
        }

        return true;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<bool> PauseAsync(Exchange exchange)
    {
        RetryState retry = exchange.Retry;
        retry.EndTry();
        if (retry.DelayMs > 0)
        {
            exchange.Waiting = exchange.Pause;
            await exchange.Pause.WaitAsync(retry.DelayMs);
            exchange.Waiting = null;
        }

        return !exchange.HasFailed;
    }

    // A server that doesn't take the request doesn't answer it either; the first of both is the reason.
    private static ProxyErrorCode NameOf(Exchange exchange, ProxyErrorCode error, IoResult sent) =>
        error == ProxyErrorCode.FirstByteTimeout && (sent.IsTimedOut || exchange.Pump.HasTimedOut) ? ProxyErrorCode.UpstreamSendTimeout : error;

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask RelayAsync(Exchange exchange, UpstreamStream stream)
    {
        ClientStream client = exchange.Client;
        ResponseFraming.WriteHead(exchange);
        if (!client.WantsContent)
        {
            await DropContentAsync(exchange, stream);
            return;
        }

        BodySlice slice = default;
        while (!slice.IsLast && !exchange.HasFailed)
        {
            ValueTask<BodySlice> reading = stream.ReadContentAsync(exchange);
            if (!reading.IsCompleted && (!exchange.ResponseStarted || client.WantsPauses) && await client.SendContentAsync(exchange, default) != ProxyErrorCode.None)
            {
                // Content may be long in coming, so the head went first, or what is held back of the content; nobody took it.
                stream.CancelWait();
            }

            slice = await reading;
            if (slice.Error != ProxyErrorCode.None)
            {
                exchange.Fail(slice.Error);
                break;
            }

            if (slice.IsLast)
            {
                exchange.Grpc.OnResponseEnd();
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

        ResponseEnd.OfRequest(exchange, exchange.Error);

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

        await DrainAsync(exchange, stream, requestSent);
    }

    // What the head was for is done without the content, which is thrown away in the same way.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask DropContentAsync(Exchange exchange, UpstreamStream stream)
    {
        bool requestSent = exchange.Pump.IsComplete;
        await exchange.Pump.StopAsync(exchange, stream);
        await DrainAsync(exchange, stream, requestSent);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask DrainAsync(Exchange exchange, UpstreamStream stream, bool requestSent)
    {
        bool isRead = requestSent && !exchange.HasFailed;
        bool isDrained = isRead && await exchange.Drain.RunAsync(exchange, stream);
        ResponseEnd.OfRequest(exchange, isRead ? exchange.Drain.Error : ProxyErrorCode.None);
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
        ResponseEnd.OfRequest(exchange, ProxyErrorCode.None);
        exchange.Client.WriteUpgradeHead(exchange);
        if (exchange.HasFailed)
        {
            Detach(exchange, stream);
            stream.Close();
            return;
        }

        exchange.IsTunnel = true;

        // It lasts for as long as its ends like, which says nothing of how busy the upstream is.
        exchange.UpstreamPass.Leave();
        exchange.Retry.EndDeadline();
        if (await exchange.Client.SendContentAsync(exchange, default) == ProxyErrorCode.None)
        {
            await new Tunnel(exchange, exchange.Client.BeginTunnel(exchange), stream.BeginTunnel(exchange)).RunAsync();
        }

        Detach(exchange, stream);
        stream.Close();
    }
}
