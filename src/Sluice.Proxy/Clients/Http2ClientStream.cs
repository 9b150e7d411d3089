using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Clients;

/// <summary>The client's side of an exchange over HTTP/2: one stream of a connection. Belongs to the exchange.</summary>
internal sealed class Http2ClientStream : ClientStream, IHttp2StreamOwner, ITimerTarget
{
    private readonly Worker _worker;
    private readonly Exchange _exchange;
    private readonly Http2Stream _stream;
    private readonly ResponseHeadText _head;
    private readonly LoopTimer _readTimer;
    private readonly LoopTimer _writeTimer;
    private Http2ClientConnection _connection = null!;
    private PooledBuffer? _requestHead;
    private TrailerSectionReader? _trailers;
    private RateGuard _readGuard;
    private RateGuard _writeGuard;
    private long _sentAtLastCheck;
    private long _windowSpentAtWait;
    private long _othersAtLastCheck;
    private int _headStatus;
    private bool _hasFinalHead;
    private bool _hasTrailers;
    private bool _omitContent;
    private bool _isTimedOut;

    public Http2ClientStream(Worker worker, Exchange exchange)
    {
        _worker = worker;
        _exchange = exchange;
        _stream = new Http2Stream(this, worker.Loop.Buffers);
        _head = new ResponseHeadText(worker.Loop.Buffers, exchange, isForHttp2: true);
        _readTimer = worker.Loop.Timers.Create(this);
        _writeTimer = worker.Loop.Timers.Create(this);
    }

    /// <inheritdoc/>
    public override bool SupportsChunked => true;

    /// <inheritdoc/>
    public override bool ClosesAfterResponse => false;

    /// <summary>Its stream.</summary>
    public Http2Stream Stream => _stream;

    /// <summary>The exchange it is of.</summary>
    public Exchange Exchange => _exchange;

    /// <summary>Whether the client has said that there is no content, and has still to show it by ending its side.</summary>
    public bool AwaitsEnd { get; private set; }

    /// <summary>How many bytes at the beginning of its memory the request's head takes.</summary>
    public int HeadBytes { get; private set; }

    /// <inheritdoc/>
    int IHttp2StreamOwner.HeadBytesMax => _head.EncodedBytesMax;

    /// <inheritdoc/>
    internal override int BufferedBytes => _stream.BufferedBytes;

    private long OthersBytes => _connection.Writer.ContentBytes - _stream.SentBytes;

    /// <summary>Begins with a request whose head was read into memory that others use as well.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="id">The stream's number.</param>
    /// <param name="headBytes">How long the head is.</param>
    /// <param name="endsStream">Whether no content follows.</param>
    public void Begin(Http2ClientConnection connection, uint id, int headBytes, bool endsStream)
    {
        RequestHead request = _exchange.Request;
        _connection = connection;
        _requestHead = _worker.Loop.Buffers.Rent(BufferPool.SizeFor(headBytes));
        request.Fields.Buffer.AsSpan(0, headBytes).CopyTo(_requestHead.Array);
        request.Rebind(_requestHead.Array);
        HeadBytes = headBytes;
        _stream.Open(connection, id, endsStream);
        _stream.Priority = request.Priority;
        _stream.ExpectedBytes = request.ContentLength;
        _hasFinalHead = false;
        _hasTrailers = false;
        _omitContent = false;
        _isTimedOut = false;
        _sentAtLastCheck = 0;
        _readGuard.Begin();
        _writeGuard.Begin();
        AwaitsEnd = !endsStream && request is { Framing: BodyFraming.ContentLength, ContentLength: 0 };
        _exchange.RequestCompleted = !request.HasBody && !AwaitsEnd;
        _exchange.ContentExpected = !request.ExpectContinue;
    }

    /// <summary>
    /// Waits for the end of a request that says that it has no content, before anything is done for it: with content it is malformed, and no server is to see of it
    /// what HTTP/1 has of one without (RFC 9113, section 8.1.1). Like content it may be long in coming only within the limits; then the exchange says why it failed.
    /// </summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask ReadEndAsync()
    {
        BodySlice slice = await ReadContentAsync(_exchange);
        Debug.Assert(slice.Error != ProxyErrorCode.None || slice is { IsLast: true, Count: 0 }, "What is more than was said resets the stream.");
        if (slice.Error != ProxyErrorCode.None)
        {
            _exchange.Fail(slice.Error);
        }

        // Those of a request without content go nowhere.
        _exchange.RequestTrailers = null;
    }

    /// <summary>Gives everything back; the stream is closed.</summary>
    public void End()
    {
        _readTimer.Stop();
        _writeTimer.Stop();
        _head.Release();
        _stream.Release();
        if (_requestHead is not null)
        {
            _worker.Loop.Buffers.Return(_requestHead);
            _requestHead = null;
        }

        // The exchange waits for its next request, perhaps for ever: what its connection holds is not to be kept by it.
        _connection = null!;
    }

    /// <summary>Takes trailers in. False when the block can't be decoded; what is wrong with the fields resets the stream.</summary>
    public bool TryReadTrailers(HpackDecoder decoder, ReadOnlySpan<byte> block)
    {
        _trailers ??= new TrailerSectionReader();
        if (!_trailers.TryRead(decoder, block, _worker.SectionBuffer, _exchange.Snapshot.RequestHeadLimits))
        {
            return false;
        }

        _hasTrailers = _trailers.Fields.Count > 0;
        if (_trailers.Violation != Violation.None)
        {
            _connection.RejectStream(_stream, Http2ErrorCode.ProtocolError, _trailers.Violation);
        }

        return true;
    }

    /// <inheritdoc/>
    public override void CloseAfterResponse()
    {
        // The connection serves others. What the client still sends of this request is refused when the response is complete.
    }

    /// <inheritdoc/>
    public override bool TryReadBuffered(Exchange exchange, out BodySlice slice)
    {
        bool isThere = _stream.TryRead(out slice);
        slice = isThere ? Taken(slice) : slice;
        return isThere;
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange)
    {
        if (exchange.RequestCompleted)
        {
            return new ValueTask<BodySlice>(BodySlice.End);
        }

        return _stream.TryRead(out BodySlice slice) ? new ValueTask<BodySlice>(Taken(slice)) : AwaitContentAsync();
    }

    /// <inheritdoc/>
    public override void StopReading() => _stream.CancelRead(ProxyErrorCode.ClientGone);

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange)
    {
        exchange.ContentExpected = true;
        "HTTP/1.1 100 Continue\r\n\r\n"u8.CopyTo(_head.Reserve(BufferSize.Small));
        _head.Advance("HTTP/1.1 100 Continue\r\n\r\n"u8.Length);
        _headStatus = 100;
        return SendAsync(default, endStream: false);
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange)
    {
        if (!_head.TryWriteInterim())
        {
            return new ValueTask<ProxyErrorCode>(ProxyErrorCode.ResponseHeadTooLarge);
        }

        _headStatus = exchange.Response.Status;
        return SendAsync(default, endStream: false);
    }

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, BodyFraming framing, long contentLength)
    {
        exchange.Status = exchange.Response.Status;
        _headStatus = exchange.Status;
        _omitContent = framing == BodyFraming.None;

        // Frames are the framing: no line says so, nor that there is nothing where the server didn't either.
        bool isSaid = contentLength > 0 || exchange.Response.Fields.Contains(KnownField.ContentLength);
        _hasFinalHead = _head.TryWriteHead(BodyFraming.None, isSaid ? contentLength : -1, close: false);
    }

    /// <inheritdoc/>
    public override void WriteUpgradeHead(Exchange exchange)
    {
        // RFC 8441, section 5: success is 200, and there is nothing to be proved by a key.
        exchange.Status = 200;
        _headStatus = 200;
        _hasFinalHead = _head.TryWriteConnected();
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice)
    {
        SendSegment content = _omitContent || slice.Count == 0 ? default : new SendSegment(slice.Array, slice.Offset, slice.Count);
        exchange.ResponseStarted |= _hasFinalHead;
        if (_head.Length == 0 && content.Count == 0 && !slice.IsLast)
        {
            return default;
        }

        return SendAsync(content, slice.IsLast);
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content)
    {
        content = _head.WritePrepared(response, content, close: false);
        _headStatus = exchange.Status;
        _hasFinalHead = true;
        _omitContent = exchange.Request.Method == RequestMethod.Head;
        return SendContentAsync(exchange, content);
    }

    /// <inheritdoc/>
    internal override ITunnelEnd BeginTunnel(Exchange exchange) => new Http2TunnelEnd(_stream, ProxyErrorCode.ClientReset);

    /// <inheritdoc/>
    internal override ISpliceEnd? AsSpliceEnd() => null;

    /// <inheritdoc/>
    public override void Abort(Exchange exchange) =>
        _connection.EndStream(_stream, exchange.ResponseStarted ? Http2ErrorCode.InternalError : Http2ErrorCode.Cancel);

    /// <inheritdoc/>
    int IHttp2StreamOwner.EncodeHead(HpackEncoder encoder, Span<byte> destination)
    {
        ReadOnlySpan<byte> text = _head.Written;
        int fields = text.IndexOf((byte)'\n') + 1;
        int length = encoder.EncodeStatus(_headStatus, destination);
        length += encoder.EncodeLines(text[fields..^2], destination[length..]);
        _exchange.BytesOut += length + FrameHeader.Bytes;
        _head.Release();
        return length;
    }

    /// <inheritdoc/>
    void IHttp2StreamOwner.OnReset(Http2ErrorCode error, Violation violation)
    {
        _readTimer.Stop();
        _writeTimer.Stop();
        if (violation != Violation.None)
        {
            _exchange.Cancel(ProxyErrorCode.RequestBodyInvalid, violation);
        }
        else if (!_exchange.ResponseCompleted)
        {
            _exchange.Cancel(_connection.StreamsEndBy);
        }
    }

    /// <inheritdoc/>
    void IHttp2StreamOwner.OnFramesRead()
    {
        // Whoever waits, waits for content.
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (ReferenceEquals(timer, _readTimer))
        {
            OnReadTimer();
        }
        else
        {
            OnWriteTimer();
        }
    }

    private BodySlice Taken(BodySlice slice)
    {
        if (slice.Error != ProxyErrorCode.None)
        {
            return slice;
        }

        _exchange.BytesIn += slice.Count;
        _readGuard.Count(slice.Count);
        long max = _exchange.Limits.RequestBodyBytesMax;
        if (max > 0 && _stream.ReceivedBytes > max)
        {
            _exchange.Fail(ProxyErrorCode.RequestBodyTooLarge);
            return BodySlice.Failed(ProxyErrorCode.RequestBodyTooLarge);
        }

        _exchange.RequestCompleted = slice.IsLast;
        if (slice.IsLast && _hasTrailers)
        {
            _exchange.RequestTrailers = _trailers!.Fields;
        }

        return slice;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> AwaitContentAsync()
    {
        BeginReadWait();
        BodySlice slice = await _stream.ReadAsync();
        _readTimer.Stop();
        EndReadWait();
        if (_isTimedOut)
        {
            ProxyErrorCode error = _readGuard.IsLimitedByRate ? ProxyErrorCode.RequestBodyTooSlow : ProxyErrorCode.RequestBodyTimeout;
            _exchange.Fail(error);
            return BodySlice.Failed(error);
        }

        return Taken(slice);
    }

    private void OnReadTimer()
    {
        if (EndReadWait())
        {
            BeginReadWait();
            return;
        }

        _isTimedOut = true;
        _stream.CancelRead(ProxyErrorCode.RequestBodyTimeout);
    }

    private void OnWriteTimer()
    {
        bool hasMoved = _stream.SentBytes > _sentAtLastCheck;
        bool waitedForOthers = EndWriteWait();
        if (waitedForOthers || (hasMoved && !RateExceeded()))
        {
            BeginWriteWait();
            return;
        }

        _exchange.Fail(_writeGuard.IsLimitedByRate ? ProxyErrorCode.ResponseTooSlow : ProxyErrorCode.ResponseWriteTimeout);
        _connection.OnStalled();
        _stream.CancelSend();
    }

    private void BeginReadWait()
    {
        ProxyLimits limits = _exchange.Limits;
        _windowSpentAtWait = _connection.WindowSpentMs;
        _readTimer.Set(_readGuard.BeginWait(_worker.Loop.NowMs, limits.RequestBodyIdleTimeoutMs, _exchange.RequestDataRateMin, limits.MinDataRateGraceMs));
    }

    // While content of others, which waits for their servers, holds the whole window of the connection, the client can't send. Whether that was so.
    private bool EndReadWait()
    {
        long spentMs = _connection.WindowSpentMs - _windowSpentAtWait;
        _readGuard.EndWait(_worker.Loop.NowMs - spentMs);
        return spentMs > 0;
    }

    private ValueTask<ProxyErrorCode> SendAsync(SendSegment content, bool endStream)
    {
        FieldTable? trailers = endStream && _exchange.ResponseTrailers is { Count: > 0 } fields ? fields : null;
        ValueTask<bool> sending = _stream.SendAsync(_head.Length > 0, content, endStream, trailers);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(sending, content.Count, endStream);
        }

        return new ValueTask<ProxyErrorCode>(Sent(sending.Result, content.Count, endStream));
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> AwaitSendAsync(ValueTask<bool> sending, int count, bool endStream)
    {
        CountSent();
        BeginWriteWait();
        bool isSent = await sending;
        EndWriteWait();
        _writeTimer.Stop();
        return Sent(isSent, count, endStream);
    }

    private ProxyErrorCode Sent(bool isSent, int count, bool endStream)
    {
        if (!isSent)
        {
            _head.Release();
            _exchange.Fail(ProxyErrorCode.ClientReset);
            return _exchange.Error;
        }

        _exchange.BytesOut += count;
        CountSent();
        _exchange.ResponseCompleted |= endStream;
        return ProxyErrorCode.None;
    }

    // The rate still counts when the pause does not: bytes moved, but not enough of them in all.
    private bool RateExceeded()
    {
        RateGuard probe = _writeGuard;
        return BeginWriteWait(ref probe) <= 1 && probe.IsLimitedByRate;
    }

    private void BeginWriteWait()
    {
        _othersAtLastCheck = OthersBytes;
        _writeTimer.Set(BeginWriteWait(ref _writeGuard));
    }

    // Responses of the same urgency go one after another (RFC 9218, section 10): while the client takes others, one whose turn has not come is not too slow. Whether that was so.
    private bool EndWriteWait()
    {
        bool waitedForOthers = OthersBytes > _othersAtLastCheck && _stream.CanWrite(long.MaxValue);
        if (!waitedForOthers)
        {
            _writeGuard.EndWait(_worker.Loop.NowMs);
        }

        CountSent();
        return waitedForOthers;
    }

    private void CountSent()
    {
        _writeGuard.Count((int)(_stream.SentBytes - _sentAtLastCheck));
        _sentAtLastCheck = _stream.SentBytes;
    }

    private int BeginWriteWait(ref RateGuard guard)
    {
        ProxyLimits limits = _exchange.Limits;
        return guard.BeginWait(_worker.Loop.NowMs, limits.ResponseWriteIdleTimeoutMs, limits.MinDataRate, limits.MinDataRateGraceMs);
    }
}
