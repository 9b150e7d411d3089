using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>Carries a request's content from the client to the server while the response is awaited and sent. One per exchange, reused.</summary>
internal sealed class RequestPump
{
    private readonly FairShare _share;
    private readonly TrailerSection _trailers = new();
    private readonly byte[] _prefix = new byte[ChunkSize.BytesMax];
    private ValueTask _running;
    private bool _stopping;

    public RequestPump(EventLoop loop) => _share = new FairShare(loop);

    /// <summary>Whether content was taken from the client beyond what was there at first: then the request can't be sent again.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether content is on its way.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whether the request was sent to its end.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Makes it ready for a request.</summary>
    public void Reset()
    {
        Debug.Assert(!IsRunning, "A pump is stopped before its exchange ends.");
        HasStarted = false;
        IsComplete = false;
        _stopping = false;
    }

    /// <summary>Begins to carry the content; nothing happens when it has begun or there is nothing more.</summary>
    public void Start(Exchange exchange, UpstreamConnection upstream)
    {
        if (HasStarted || IsComplete)
        {
            return;
        }

        HasStarted = true;
        IsRunning = true;
        _share.Begin();
        _running = RunAsync(exchange, upstream);
    }

    /// <summary>Stops, wherever it is, and waits until both sides are left alone.</summary>
    public ValueTask StopAsync(Exchange exchange, UpstreamConnection upstream)
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

    /// <summary>How a part of the content is sent: as it is, or as a chunk of its own.</summary>
    public ValueTask<IoResult> SendAsync(Exchange exchange, UpstreamConnection upstream, SendSegment before, BodySlice slice)
    {
        var content = new SendSegment(slice.Array, slice.Offset, slice.Count);
        if (exchange.Request.Framing != BodyFraming.Chunked)
        {
            return upstream.SendAsync(before, content, default);
        }

        byte[] suffix = (slice.Count > 0, slice.IsLast) switch
        {
            (true, false) => Http1Bytes.LineEnd,
            (true, true) => Http1Bytes.LineEndAndLastChunk,
            _ => Http1Bytes.LastChunk,
        };
        SendSegment end = new(suffix, 0, suffix.Length);
        if (slice.IsLast && exchange.RequestBody.Trailers is { } trailers)
        {
            ClientCertificateFields.RemoveFrom(trailers, exchange);
            end = _trailers.Write(trailers, withLineEnd: slice.Count > 0);
        }

        return upstream.SendAsync(before, content, end);
    }

    /// <summary>The size line that goes before a part of chunked content; empty for other content and for the end alone.</summary>
    public SendSegment PrefixOf(Exchange exchange, BodySlice slice)
    {
        if (exchange.Request.Framing != BodyFraming.Chunked || slice.Count == 0)
        {
            return default;
        }

        var writer = new HeadWriter(_prefix);
        ChunkSize.Write(ref writer, slice.Count);
        return new SendSegment(_prefix, 0, writer.Length);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask RunAsync(Exchange exchange, UpstreamConnection upstream)
    {
        BodySlice slice;
        do
        {
            slice = await exchange.Client.ReadContentAsync(exchange);
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

            exchange.Mirror?.Add(slice);
            IoResult sent = await SendAsync(exchange, upstream, PrefixOf(exchange, slice), slice);
            if (sent.IsError)
            {
                // The server takes no more. It may have answered already: its response, or the lack of one, decides.
                End(exchange, upstream, isComplete: false);
                return;
            }

            ProxyErrorCode error = await SpliceAsync(exchange, upstream);
            if (error != ProxyErrorCode.None)
            {
                End(exchange, upstream, isComplete: false);
                if (error != ProxyErrorCode.UpstreamReset && !_stopping)
                {
                    exchange.Cancel(error);
                }

                return;
            }

            await _share.TakeAsync();
        }
        while (!slice.IsLast && !_stopping);

        End(exchange, upstream, slice.IsLast);
    }

    // While content is on its way nothing limits the wait for the response; whoever waits for it must find a limit once the content has ended,
    // however it did. After a failure only what is there already counts.
    private void End(Exchange exchange, UpstreamConnection upstream, bool isComplete)
    {
        IsRunning = false;
        IsComplete = isComplete;
        if (exchange.FirstByteTimestamp == 0)
        {
            upstream.StartFirstByteTimer(isComplete ? exchange.Limits.FirstByteTimeoutMs : 1);
        }
    }

    // Large content of known length moves on inside the kernel, up to its end, which is then the next part. What is copied has to pass through here.
    private ValueTask<ProxyErrorCode> SpliceAsync(Exchange exchange, UpstreamConnection upstream)
    {
        if (exchange.Mirror is not null || !Splicer.Applies(exchange.RequestBody, exchange.Client.BufferedBytes) || exchange.Client.AsSpliceEnd() is not { } client || !Splicer.Connects(client, upstream))
        {
            return default;
        }

        return Splicer.RunAsync(exchange, exchange.RequestBody, client, upstream, _share);
    }
}
