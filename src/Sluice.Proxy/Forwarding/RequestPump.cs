using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Retries;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>Carries a request's content from the client to the server while the response is awaited and sent. One per exchange, reused.</summary>
internal sealed class RequestPump
{
    private readonly FairShare _share;
    private ValueTask _running;
    private bool _stopping;

    public RequestPump(EventLoop loop) => _share = new FairShare(loop);

    /// <summary>Whether content was taken from the client beyond what was there at first: then the request can't be sent again.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether content is on its way.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whether the server took nothing of it for too long.</summary>
    public bool HasTimedOut { get; private set; }

    /// <summary>Whether the request was sent to its end.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Makes it ready for a request.</summary>
    public void Reset()
    {
        Debug.Assert(!IsRunning, "A pump is stopped before its exchange ends.");
        HasStarted = false;
        HasTimedOut = false;
        IsComplete = false;
        _stopping = false;
    }

    /// <summary>Begins to carry the content; nothing happens when it has begun or there is nothing more.</summary>
    public void Start(Exchange exchange, UpstreamStream upstream)
    {
        if (HasStarted || IsComplete)
        {
            return;
        }

        HasStarted = true;
        IsRunning = true;
        HasTimedOut = false;
        _stopping = false;
        _share.Begin();
        _running = RunAsync(exchange, upstream);
    }

    /// <summary>Stops, wherever it is, and waits until both sides are left alone.</summary>
    public ValueTask StopAsync(Exchange exchange, UpstreamStream upstream)
    {
        if (!HasStarted)
        {
            return default;
        }

        HasStarted = false;
        if (IsRunning)
        {
            _stopping = true;
            _share.Stop();
            exchange.Client.StopReading();
            upstream.StopSending();
        }

        return _running;
    }

    /// <summary>Stops, wherever it is, for an exchange that is not used again: nobody waits for it.</summary>
    public void Abandon(Exchange exchange, UpstreamStream upstream) => _ = StopAsync(exchange, upstream);

    /// <summary>The first part of the content, as far as it is there already. Taken once; kept in the exchange for another attempt.</summary>
    public static BodySlice TakeFirst(Exchange exchange)
    {
        if (exchange.Retry.HasKept)
        {
            // It is with the rest, which follows.
            return default;
        }

        if (exchange.FirstSlice.Array is null && !exchange.RequestCompleted && exchange.ContentExpected
            && exchange.Client.TryReadBuffered(exchange, out BodySlice slice))
        {
            exchange.FirstSlice = slice;
            Take(exchange, slice);
        }

        return exchange.FirstSlice;
    }

    // What is done with every part before it is sent, once: the copy gets it, and what the client says of its certificate is taken out.
    private static void Take(Exchange exchange, BodySlice slice)
    {
        exchange.Mirror?.Add(slice);
        if (slice.IsLast && exchange.RequestTrailers is { } trailers)
        {
            ClientCertificateFields.RemoveFrom(trailers, exchange);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask RunAsync(Exchange exchange, UpstreamStream upstream)
    {
        RetryState retry = exchange.Retry;
        if (!retry.HasKept && retry.TryBeginRecording())
        {
            await retry.Replay.AddAsync(exchange.FirstSlice);
        }

        BodySlice slice = default;
        while (!slice.IsLast && !_stopping)
        {
            bool isAgain = retry.IsReplaying;
            slice = isAgain ? await retry.Replay.ReadAsync() : await exchange.Client.ReadContentAsync(exchange);
            if (slice.Error != ProxyErrorCode.None)
            {
                // The client broke off or broke the rules: what was sent is no request, and there is nothing to wait for.
                End(exchange, upstream, isComplete: false);
                if (!_stopping)
                {
                    exchange.Cancel(slice.Error);
                }

                return;
            }

            if (!isAgain)
            {
                Take(exchange, slice);
                if (retry.IsRecording)
                {
                    await retry.Replay.AddAsync(slice);
                }
            }

            if (_stopping)
            {
                // A disk was waited for, which nothing interrupts. What was taken is kept.
                End(exchange, upstream, isComplete: false);
                return;
            }

            IoResult sent = await upstream.SendContentAsync(exchange, slice);
            if (sent.IsError)
            {
                // The server takes no more. It may have answered already: its response, or the lack of one, decides.
                HasTimedOut = sent.IsTimedOut;
                End(exchange, upstream, isComplete: false);
                return;
            }

            ProxyErrorCode error = await SpliceAsync(exchange, upstream);
            if (error != ProxyErrorCode.None)
            {
                HasTimedOut = error == ProxyErrorCode.UpstreamSendTimeout;
                End(exchange, upstream, isComplete: false);
                if (error != ProxyErrorCode.UpstreamReset && !HasTimedOut && !_stopping)
                {
                    exchange.Cancel(error);
                }

                return;
            }

            await _share.TakeAsync();
        }

        End(exchange, upstream, slice.IsLast);
    }

    // While content is on its way nothing limits the wait for the response; whoever waits for it must find a limit once the content has ended,
    // however it did. After a failure only what is there already counts.
    private void End(Exchange exchange, UpstreamStream upstream, bool isComplete)
    {
        IsRunning = false;
        IsComplete = isComplete;
        if (exchange.FirstByteTimestamp == 0)
        {
            upstream.StartFirstByteTimer(isComplete ? exchange.Limits.FirstByteTimeoutMs : 1);
        }
    }

    // Large content of known length moves on inside the kernel, up to its end, which is then the next part. What is copied or kept has to pass through here.
    private ValueTask<ProxyErrorCode> SpliceAsync(Exchange exchange, UpstreamStream upstream)
    {
        if (exchange.Mirror is not null || exchange.Retry.KeepsContent || !Splicer.Applies(exchange.RequestBody, exchange.Client.BufferedBytes)
            || exchange.Client.AsSpliceEnd() is not { } from || upstream.AsSpliceEnd() is not { } to)
        {
            return default;
        }

        return Splicer.RunAsync(exchange, exchange.RequestBody, from, to, _share);
    }
}
