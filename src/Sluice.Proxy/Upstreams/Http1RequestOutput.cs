using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>Writes requests to an HTTP/1 server: head and first content in one send, chunks where the length is unknown, watched for progress.</summary>
internal sealed class Http1RequestOutput : ITimerTarget
{
    private readonly StreamSocket _socket;
    private readonly ServerState _server;
    private readonly TrailerSection _trailers = new();
    private byte[]? _prefix;
    private LoopTimer? _timer;

    public Http1RequestOutput(StreamSocket socket, ServerState server)
    {
        _socket = socket;
        _server = server;
    }

    /// <summary>Whether a part of the request could not be sent whole.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Begins for a request.</summary>
    public void Begin() => HasFailed = false;

    /// <summary>Sends the head and the first of the content.</summary>
    /// <param name="exchange">The exchange; it fails when its head is too large.</param>
    /// <param name="wait">What cancels the send.</param>
    /// <param name="first">The content that is there.</param>
    public ValueTask<IoResult> SendHeadAsync(Exchange exchange, ICancelableWait wait, BodySlice first)
    {
        PooledBuffer? buffer = WriteHead(exchange, first, out int length);
        if (buffer is null)
        {
            exchange.Fail(ProxyErrorCode.RequestHeadTooLarge);
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        var head = new SendSegment(buffer.Array, 0, length);
        bool headOnly = first.Count == 0 && (!first.IsLast || !exchange.Request.HasBody);
        ValueTask<IoResult> sending = headOnly ? SendAsync(exchange, head, default, default) : SendPartAsync(exchange, head, first);
        if (!sending.IsCompleted)
        {
            exchange.Waiting = wait;
            return AwaitHeadAsync(exchange, sending, buffer);
        }

        _socket.Loop.Buffers.Return(buffer);
        return sending;
    }

    /// <summary>Sends a part of the content, framed.</summary>
    public ValueTask<IoResult> SendContentAsync(Exchange exchange, BodySlice slice) => SendPartAsync(exchange, PrefixOf(exchange, slice), slice);

    /// <summary>Waits until the server takes more, for a splice.</summary>
    public ValueTask<IoResult> WaitToWriteAsync(Exchange exchange) => AwaitSendAsync(exchange, _socket.WaitWritableAsync());

    /// <summary>Says that the server takes nothing more.</summary>
    public void Fail() => HasFailed = true;

    /// <summary>Removes its timer.</summary>
    public void Close() => _timer?.Remove();

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => _socket.CancelSend(IoResult.TimedOut);

    // Null when the head is larger than the largest buffer, which only the changes of a route can make it.
    private PooledBuffer? WriteHead(Exchange exchange, BodySlice first, out int length)
    {
        BufferPool pool = _socket.Loop.Buffers;
        for (BufferSize size = BufferSize.Small; ; size++)
        {
            PooledBuffer buffer = pool.Rent(size);
            var writer = new HeadWriter(buffer.Array);
            RequestHeadWriter.Write(ref writer, exchange, _server);
            if (exchange.Request.Framing == BodyFraming.Chunked && first.Count > 0)
            {
                ChunkSize.Write(ref writer, first.Count);
            }

            if (!writer.Overflowed)
            {
                length = writer.Length;
                return buffer;
            }

            pool.Return(buffer);
            if (size == BufferSize.Large)
            {
                Debug.Assert(exchange.Route is { RequestHeaders: not null } or { Rewriter: not null }, "The limits of a head are below the largest buffer.");
                length = 0;
                return null;
            }
        }
    }

    // As it is, or as a chunk of its own behind its size line.
    private ValueTask<IoResult> SendPartAsync(Exchange exchange, SendSegment before, BodySlice slice)
    {
        var content = new SendSegment(slice.Array, slice.Offset, slice.Count);
        if (exchange.Request.Framing != BodyFraming.Chunked)
        {
            return SendAsync(exchange, before, content, default);
        }

        byte[] suffix = (slice.Count > 0, slice.IsLast) switch
        {
            (true, false) => Http1Bytes.LineEnd,
            (true, true) => Http1Bytes.LineEndAndLastChunk,
            _ => Http1Bytes.LastChunk,
        };
        SendSegment end = new(suffix, 0, suffix.Length);
        if (slice.IsLast && exchange.RequestTrailers is { } trailers)
        {
            end = _trailers.Write(trailers, withLineEnd: slice.Count > 0);
        }

        return SendAsync(exchange, before, content, end);
    }

    // The size line that goes before a part of chunked content; empty for other content and for the end alone.
    private SendSegment PrefixOf(Exchange exchange, BodySlice slice)
    {
        if (exchange.Request.Framing != BodyFraming.Chunked || slice.Count == 0)
        {
            return default;
        }

        _prefix ??= new byte[ChunkSize.BytesMax];
        var writer = new HeadWriter(_prefix);
        ChunkSize.Write(ref writer, slice.Count);
        return new SendSegment(_prefix, 0, writer.Length);
    }

    private ValueTask<IoResult> SendAsync(Exchange exchange, SendSegment first, SendSegment second, SendSegment third)
    {
        ValueTask<IoResult> sending = _socket.SendAsync(first, second, third);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(exchange, sending);
        }

        IoResult result = sending.Result;
        HasFailed |= result.IsError;
        return new ValueTask<IoResult>(result);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<IoResult> AwaitSendAsync(Exchange exchange, ValueTask<IoResult> sending)
    {
        _timer ??= _socket.Loop.Timers.Create(this);
        _timer.Set(exchange.Limits.SendTimeoutMs);
        IoResult result = await sending;
        _timer.Stop();
        HasFailed |= result.IsError;
        return result;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<IoResult> AwaitHeadAsync(Exchange exchange, ValueTask<IoResult> sending, PooledBuffer buffer)
    {
        IoResult result = await sending;
        exchange.Waiting = null;
        _socket.Loop.Buffers.Return(buffer);
        return result;
    }
}
