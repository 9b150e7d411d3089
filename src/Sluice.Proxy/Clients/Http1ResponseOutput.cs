using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Transforms;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Clients;

/// <summary>Writes responses to an HTTP/1 client: head and first content in one send, chunks where the length is unknown, watched for progress.</summary>
internal sealed class Http1ResponseOutput : ITimerTarget
{
    // Content up to this size is copied behind the head and leaves with one plain send; more is sent from where it is.
    private const int CopyMax = 2048;

    private static readonly PreparedResponse HeadTooLarge = PreparedResponse.ForStatus(ProxyErrors.Get(ProxyErrorCode.ResponseHeadTooLarge).Status);
    private static readonly PreparedResponse RequestTooLarge = PreparedResponse.ForStatus(ProxyErrors.Get(ProxyErrorCode.RequestHeadTooLarge).Status);

    private readonly Worker _worker;
    private readonly Exchange _exchange;
    private readonly LoopTimer _timer;
    private readonly TrailerSection _trailers = new();
    private StreamSocket _socket = null!;
    private PooledBuffer? _buffer;
    private int _length;
    private BodyFraming _framing;
    private bool _omitContent;
    private bool _hasFinalHead;
    private RateGuard _guard;
    private int _sentAtLastCheck;

    public Http1ResponseOutput(Worker worker, Exchange exchange)
    {
        _worker = worker;
        _exchange = exchange;
        _timer = worker.Loop.Timers.Create(this);
    }

    /// <summary>Whether only the end of the connection tells the client that the response is whole.</summary>
    public bool EndsAtClose => _framing == BodyFraming.UntilClose;

    /// <summary>Begins for a request.</summary>
    public void Begin(StreamSocket socket)
    {
        Debug.Assert(_buffer is null, "The last exchange gave its buffer back.");
        _socket = socket;
        _length = 0;
        _framing = BodyFraming.None;
        _omitContent = false;
        _hasFinalHead = false;
        _guard.Begin();
    }

    /// <summary>Gives everything back.</summary>
    public void End()
    {
        _timer.Stop();
        if (_buffer is not null)
        {
            _worker.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }
    }

    /// <summary>Sends <c>100 Continue</c>.</summary>
    public ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange)
    {
        Span<byte> space = Reserve(BufferSize.Small);
        "HTTP/1.1 100 Continue\r\n\r\n"u8.CopyTo(space);
        _length += "HTTP/1.1 100 Continue\r\n\r\n"u8.Length;
        return FlushAsync(exchange);
    }

    /// <summary>Sends the interim response that the server sent. One that the route's changes made too large fails the exchange.</summary>
    public ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange)
    {
        for (BufferSize size = BufferSize.Small; ; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.WriteInterim(ref writer, exchange);
            if (Take(writer, size))
            {
                return FlushAsync(exchange);
            }

            if (size == BufferSize.Large)
            {
                return new ValueTask<ProxyErrorCode>(ProxyErrorCode.ResponseHeadTooLarge);
            }
        }
    }

    /// <summary>Writes the head of the server's response. One that the route's changes made too large fails the exchange.</summary>
    public void WriteHead(Exchange exchange, BodyFraming framing, long contentLength, bool close)
    {
        exchange.Status = exchange.Response.Status;
        for (BufferSize size = BufferSize.Small; ; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.Write(ref writer, exchange, framing, contentLength, close);
            if (Take(writer, size))
            {
                break;
            }

            if (size == BufferSize.Large)
            {
                exchange.Fail(TooLarge(exchange));
                return;
            }
        }

        _framing = framing;
        _hasFinalHead = true;
    }

    /// <summary>Writes the head of a 101. One that the route's changes made too large fails the exchange.</summary>
    public void WriteUpgradeHead(Exchange exchange)
    {
        exchange.Status = exchange.Response.Status;
        for (BufferSize size = BufferSize.Small; ; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.WriteUpgrade(ref writer, exchange);
            if (Take(writer, size))
            {
                break;
            }

            if (size == BufferSize.Large)
            {
                exchange.Fail(TooLarge(exchange));
                return;
            }
        }

        _hasFinalHead = true;
    }

    /// <summary>Sends a prepared response with its content.</summary>
    public ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content, bool close)
    {
        // The head of a response that turned out to be broken before any of it was sent gives way.
        _length = 0;
        HeaderEdits? edits = exchange.Route?.ResponseHeaders;
        exchange.Status = response.IsPage ? exchange.Status : response.Status;
        for (BufferSize size = BufferSize.Small; ; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.WritePrepared(ref writer, exchange, response, content.Count, edits, close);
            if (Take(writer, size))
            {
                break;
            }

            if (size == BufferSize.Large && (edits is not null || response.Location is not null))
            {
                // The changes of the route are what doesn't fit: an error without them does.
                ProxyErrorCode error = TooLarge(exchange);
                exchange.Fail(error);
                response = error == ProxyErrorCode.RequestHeadTooLarge ? RequestTooLarge : HeadTooLarge;
                content = new BodySlice(response.Body, 0, response.Body.Length, IsLast: true);
                exchange.Status = response.Status;
                edits = null;
                size = BufferSize.Small;
            }
        }

        _hasFinalHead = true;
        _framing = BodyFraming.ContentLength;
        _omitContent = exchange.Request.Method == RequestMethod.Head;
        return SendContentAsync(exchange, content);
    }

    /// <summary>Sends a part of the content behind what was written, framed.</summary>
    public ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice)
    {
        SendSegment content = _omitContent || slice.Count == 0 ? default : new SendSegment(slice.Array, slice.Offset, slice.Count);
        SendSegment suffix = default;
        if (_framing == BodyFraming.Chunked)
        {
            suffix = WriteChunkFraming(exchange, content.Count, slice.IsLast);
        }

        exchange.ResponseStarted |= _hasFinalHead;
        int total = _length + content.Count + suffix.Count;
        if (total == 0)
        {
            return Completed(exchange, slice.IsLast);
        }

        bool isPlain = _length + suffix.Count == 0;
        ValueTask<IoResult> sending = isPlain || content.Count > CopyMax || !TryAppend(content, suffix)
            ? _socket.SendAsync(new SendSegment(_buffer?.Array, 0, _length), content, suffix)
            : _socket.SendAsync(_buffer!.Array, 0, total);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(exchange, sending, slice.IsLast);
        }

        return Sent(exchange, sending.Result) ? Completed(exchange, slice.IsLast) : new ValueTask<ProxyErrorCode>(ProxyErrorCode.ClientReset);
    }

    /// <summary>Waits until the client takes more, for a splice.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<ProxyErrorCode> WaitToWriteAsync(Exchange exchange)
    {
        _sentAtLastCheck = _socket.SentSoFar;
        BeginWait();
        IoResult ready = await _socket.WaitWritableAsync();
        _guard.EndWait(_worker.Loop.NowMs);
        _timer.Stop();
        return ready.IsError ? WriteFailed(exchange, ready) : ProxyErrorCode.None;
    }

    /// <summary>What an error of the socket means; it is recorded.</summary>
    public ProxyErrorCode WriteFailed(Exchange exchange, IoResult result)
    {
        exchange.Fail(!result.IsTimedOut ? ProxyErrorCode.ClientReset
            : _guard.IsLimitedByRate ? ProxyErrorCode.ResponseTooSlow
            : ProxyErrorCode.ResponseWriteTimeout);
        return exchange.Error;
    }

    /// <summary>Counts content that a splice has sent.</summary>
    public void CountSpliced(Exchange exchange, int bytes)
    {
        exchange.BytesOut += bytes;
        _guard.Count(bytes);
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        _guard.EndWait(_worker.Loop.NowMs);
        if (_socket.SentSoFar > _sentAtLastCheck && !RateExceeded())
        {
            _sentAtLastCheck = _socket.SentSoFar;
            BeginWait();
            return;
        }

        _socket.CancelSend(IoResult.TimedOut);
    }

    // The rate still counts when the pause does not: bytes moved, but not enough of them in all.
    private bool RateExceeded()
    {
        RateGuard probe = _guard;
        return BeginWait(ref probe) <= 1 && probe.IsLimitedByRate;
    }

    private void BeginWait() => _timer.Set(BeginWait(ref _guard));

    private int BeginWait(ref RateGuard guard)
    {
        ProxyLimits limits = _exchange.Limits;
        return guard.BeginWait(_worker.Loop.NowMs, limits.ResponseWriteIdleTimeoutMs, limits.MinDataRate, limits.MinDataRateGraceMs, _socket.SentSoFar);
    }

    // The size line goes behind the head; the line end of the chunk, or the end of the content, behind the data.
    private SendSegment WriteChunkFraming(Exchange exchange, int count, bool isLast)
    {
        if (count > 0)
        {
            var prefix = new HeadWriter(Reserve(BufferSize.Small));
            ChunkSize.Write(ref prefix, count);
            _length += prefix.Length;
        }

        byte[] suffix = (count > 0, isLast) switch
        {
            (true, false) => Http1Bytes.LineEnd,
            (true, true) => Http1Bytes.LineEndAndLastChunk,
            (false, true) => Http1Bytes.LastChunk,
            _ => [],
        };
        if (isLast && exchange.ResponseTrailers is { Count: > 0 } trailers)
        {
            return _trailers.Write(trailers, withLineEnd: count > 0);
        }

        return new SendSegment(suffix, 0, suffix.Length);
    }

    private bool TryAppend(SendSegment content, SendSegment suffix)
    {
        Span<byte> space = Reserve(BufferSize.Small);
        if (space.Length < content.Count + suffix.Count)
        {
            return false;
        }

        content.Array.AsSpan(content.Offset, content.Count).CopyTo(space);
        suffix.Array.AsSpan(suffix.Offset, suffix.Count).CopyTo(space[content.Count..]);
        return true;
    }

    private ValueTask<ProxyErrorCode> FlushAsync(Exchange exchange)
    {
        ValueTask<IoResult> sending = _socket.SendAsync(_buffer!.Array, 0, _length);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(exchange, sending, isLast: false);
        }

        return new ValueTask<ProxyErrorCode>(Sent(exchange, sending.Result) ? ProxyErrorCode.None : ProxyErrorCode.ClientReset);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> AwaitSendAsync(Exchange exchange, ValueTask<IoResult> sending, bool isLast)
    {
        _sentAtLastCheck = _socket.SentSoFar;
        BeginWait();
        IoResult result = await sending;
        _guard.EndWait(_worker.Loop.NowMs);
        _timer.Stop();
        if (!Sent(exchange, result))
        {
            return exchange.Error;
        }

        return Completed(exchange, isLast).Result;
    }

    private bool Sent(Exchange exchange, IoResult result)
    {
        _length = 0;
        exchange.BytesOut += result.IsError ? _socket.SentSoFar : result.Bytes;
        _guard.Count(result.IsError ? 0 : result.Bytes);
        if (result.IsError)
        {
            WriteFailed(exchange, result);
        }

        return !result.IsError;
    }

    private ValueTask<ProxyErrorCode> Completed(Exchange exchange, bool isLast)
    {
        exchange.ResponseCompleted |= isLast;
        if (_buffer is not null)
        {
            _worker.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }

        return default;
    }

    // The space behind what is written, in a buffer of at least this size. A larger one takes over what was written before.
    private Span<byte> Reserve(BufferSize size)
    {
        BufferPool pool = _worker.Loop.Buffers;
        if (_buffer is null || _buffer.Size < size)
        {
            PooledBuffer larger = pool.Rent(size);
            if (_buffer is not null)
            {
                _buffer.Array.AsSpan(0, _length).CopyTo(larger.Array);
                pool.Return(_buffer);
            }

            _buffer = larger;
        }

        return _buffer.Array.AsSpan(_length);
    }

    // Nothing that the operator or a server writes is near the bound by itself: where the request is copied, that is what made it too large.
    private static ProxyErrorCode TooLarge(Exchange exchange) =>
        exchange.Route?.ResponseHeaders is { CopiesRequest: true } ? ProxyErrorCode.RequestHeadTooLarge : ProxyErrorCode.ResponseHeadTooLarge;

    // Counts what a writer wrote; false when it ran out of space and has to write again into more.
    private bool Take(HeadWriter writer, BufferSize size)
    {
        if (writer.Overflowed)
        {
            bool isEdited = _exchange.Route is { ResponseHeaders: not null } or { ResponseRewriter: not null } or { Response.Location: not null };
            Debug.Assert(isEdited || size < BufferSize.Large, "The limits of a head are below the largest buffer.");
            return false;
        }

        _length += writer.Length;
        return true;
    }
}
