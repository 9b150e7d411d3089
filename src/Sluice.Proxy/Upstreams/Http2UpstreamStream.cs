using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.WebSockets;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>The server's side of an exchange over HTTP/2: one stream of a connection. Belongs to a pool, and is reused.</summary>
internal sealed class Http2UpstreamStream : UpstreamStream, IHttp2StreamOwner, ITimerTarget
{
    private readonly UpstreamPool _pool;
    private readonly Worker _worker;
    private readonly Http2Stream _stream;
    private readonly Http2RequestText _text;
    private readonly LoopCompletion<IoResult> _headWait = new();
    private readonly LoopTimer _timer;
    private readonly LoopTimer _sendTimer;
    private Http2UpstreamConnection? _connection;
    private Exchange _exchange = null!;
    private PooledBuffer? _head;
    private TrailerSectionReader? _trailers;
    private ProxyErrorCode _error;
    private Violation _violation;
    private long _receivedCountBefore;
    private long _sentAtLastCheck;
    private int _headBytes;
    private int _headCount;
    private bool _isReused;
    private bool _isOpened;
    private bool _isWebSocket;
    private bool _isTunnel;
    private bool _hasHead;
    private bool _hasTrailers;
    private bool _sendFailed;
    private bool _isSendTimedOut;
    private bool _isCanceled;

    public Http2UpstreamStream(UpstreamPool pool)
    {
        _pool = pool;
        _worker = pool.Worker;
        _stream = new Http2Stream(this, _worker.Loop.Buffers);
        _text = new Http2RequestText(_worker.Loop.Buffers);
        _timer = _worker.Loop.Timers.Create(this);
        _sendTimer = _worker.Loop.Timers.Create(this);
    }

    /// <summary>Its stream.</summary>
    public Http2Stream Stream => _stream;

    /// <inheritdoc/>
    public override ServerState Server => _pool.Server;

    /// <inheritdoc/>
    public override object Connection => _connection!;

    /// <inheritdoc/>
    public override bool WasReused => _isReused;

    /// <inheritdoc/>
    public override bool NothingSent => !_isOpened || !_stream.IsKnownToPeer;

    /// <inheritdoc/>
    public override bool SendFailed => _sendFailed;

    /// <inheritdoc/>
    public override int BufferedBytes => _stream.BufferedBytes;

    /// <inheritdoc/>
    public override int HeadBytes => _headBytes;

    /// <inheritdoc/>
    int IHttp2StreamOwner.HeadBytesMax => _text.EncodedBytesMax;

    /// <summary>Takes a place on a connection.</summary>
    public void Begin(Http2UpstreamConnection connection, bool isReused)
    {
        Debug.Assert(_connection is null && !_headWait.IsPending, "The last use was ended.");
        _connection = connection;
        _isReused = isReused;
        _isOpened = false;
        _error = ProxyErrorCode.None;
        _violation = Violation.None;
        _headCount = 0;
        _isTunnel = false;
        _hasHead = false;
        _hasTrailers = false;
        _sendFailed = false;
        _isSendTimedOut = false;
        _isCanceled = false;
    }

    /// <inheritdoc/>
    public override void BeginRequest(Exchange exchange)
    {
        _exchange = exchange;
        RequestHead request = exchange.Request;
        _isWebSocket = request.HasUpgrade && Ascii.EqualsIgnoreCase(request.UpgradeToken, "websocket"u8);
    }

    /// <inheritdoc/>
    public override void MoveTo(Exchange exchange) => _exchange = exchange;

    /// <inheritdoc/>
    public override ValueTask<IoResult> SendHeadAsync(Exchange exchange, BodySlice first)
    {
        ProxyErrorCode error = _isWebSocket && !_connection!.Peer.EnableConnectProtocol ? ProxyErrorCode.WebSocketImpossible
            : !_text.TryWrite(exchange, Server, _isWebSocket) ? ProxyErrorCode.RequestHeadTooLarge
            : ProxyErrorCode.None;
        if (error != ProxyErrorCode.None)
        {
            exchange.Fail(error);
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        _isOpened = _connection!.TryOpen(this);
        if (!_isOpened)
        {
            _error = ProxyErrorCode.UpstreamClosed;
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        _receivedCountBefore = _connection!.ReceivedCount;
        bool isLast = !_isWebSocket && (first.IsLast || !exchange.Request.HasBody);
        return SendAsync(hasHead: true, first, isLast);
    }

    /// <inheritdoc/>
    public override ValueTask<IoResult> SendContentAsync(Exchange exchange, BodySlice slice) => SendAsync(hasHead: false, slice, slice.IsLast);

    /// <inheritdoc/>
    public override void StopSending()
    {
        if (_isOpened && _stream.IsSendPending)
        {
            _stream.CancelSend();
        }
    }

    /// <inheritdoc/>
    public override void StartFirstByteTimer(int timeoutMs)
    {
        // What is stopped by the end of the exchange comes too late.
        if (_connection is not null)
        {
            _timer.Set(timeoutMs);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> ReadHeadAsync(Exchange exchange) =>
        TryReadHead(out ProxyErrorCode error) ? new ValueTask<ProxyErrorCode>(error) : AwaitHeadAsync();

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange)
    {
        // The head was written on; nothing of it is kept while content is awaited.
        ReturnHead();
        if (_stream.TryRead(out BodySlice slice))
        {
            return new ValueTask<BodySlice>(Taken(slice));
        }

        return exchange.HasFailed ? new ValueTask<BodySlice>(BodySlice.Failed(ProxyErrorCode.ClientGone)) : AwaitContentAsync();
    }

    /// <inheritdoc/>
    public override ITunnelEnd BeginTunnel(Exchange exchange)
    {
        ReturnHead();
        _timer.Stop();
        _isTunnel = true;
        return new Http2TunnelEnd(_stream, ProxyErrorCode.UpstreamReset);
    }

    /// <inheritdoc/>
    public override ISpliceEnd? AsSpliceEnd() => null;

    /// <inheritdoc/>
    public override void CancelWait()
    {
        _isCanceled = true;
        StopSending();
        _stream.CancelRead(ProxyErrorCode.ClientGone);
        EndHeadWait(IoResult.Canceled);
    }

    /// <inheritdoc/>
    public override void Release(Exchange exchange) => Close();

    /// <inheritdoc/>
    public override void Close()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        _connection = null;
        _timer.Stop();
        _sendTimer.Stop();
        _text.Release();
        ReturnHead();
        if (_isOpened)
        {
            connection.EndStream(_stream, Http2ErrorCode.Cancel);
            _stream.CancelSend();
            _stream.CancelRead(ProxyErrorCode.ClientGone);
            _stream.Release();
        }

        _exchange = null!;
        connection.Return(this, _isOpened);
    }

    /// <summary>Takes a head in. False when the block can't be decoded; a head that is wrong resets the stream.</summary>
    public bool TryTakeHead(HpackDecoder decoder, ReadOnlySpan<byte> block, bool endStream)
    {
        ResponseHead response = _exchange.Response;
        ResponseSectionReader section = _worker.ResponseSection;
        HeadLimits limits = _exchange.Snapshot.ResponseHeadLimits;
        if (!section.TryRead(response, decoder, block, _worker.SectionBuffer, limits, _exchange.Request.Method, endStream))
        {
            return false;
        }

        // More of them than are passed on are not waited for, whoever doesn't take them.
        bool isRefused = section.Violation != Violation.None;
        if (++_headCount > _exchange.Limits.InterimResponsesMax + 2)
        {
            _error = ProxyErrorCode.TooManyInterimResponses;
            isRefused = true;
        }

        if (!isRefused && _isWebSocket && response.Status is >= 200 and <= 299)
        {
            PresentAsUpgrade(section);
        }

        if (isRefused || section.Violation != Violation.None)
        {
            // One that nobody has taken yet is gone with it.
            response.Reset();
            _hasHead = false;
            _connection!.RejectStream(_stream, Http2ErrorCode.ProtocolError, section.Violation);
            return true;
        }

        KeepHead(response, section.Length);
        _headBytes = block.Length + FrameHeader.Bytes;
        if (!response.IsInterim)
        {
            _stream.TakesContent = true;
            _stream.ExpectedBytes = response.Status == InterimResponses.SwitchingProtocols ? -1
                : response.Framing == BodyFraming.None ? 0
                : response.ContentLength;
        }

        return true;
    }

    /// <summary>Takes trailers in. False when the block can't be decoded; what is wrong with the fields resets the stream.</summary>
    public bool TryTakeTrailers(HpackDecoder decoder, ReadOnlySpan<byte> block)
    {
        _trailers ??= new TrailerSectionReader();
        if (!_trailers.TryRead(decoder, block, _worker.SectionBuffer, _exchange.Snapshot.ResponseHeadLimits))
        {
            return false;
        }

        _hasTrailers = _trailers.Fields.Count > 0;
        if (_trailers.Violation != Violation.None)
        {
            _connection!.RejectStream(_stream, Http2ErrorCode.ProtocolError, _trailers.Violation);
        }

        return true;
    }

    /// <inheritdoc/>
    public void OnFramesRead()
    {
        if (_hasHead || _error != ProxyErrorCode.None)
        {
            EndHeadWait(default);
        }
    }

    /// <inheritdoc/>
    int IHttp2StreamOwner.EncodeHead(HpackEncoder encoder, Span<byte> destination)
    {
        int length = _text.Encode(encoder, destination);
        _text.Release();
        return length;
    }

    /// <inheritdoc/>
    void IHttp2StreamOwner.OnReset(Http2ErrorCode error, Violation violation)
    {
        bool hasBegun = _stream.TakesContent;
        _violation = violation;
        _error = _error != ProxyErrorCode.None ? _error
            : violation != Violation.None ? (hasBegun ? ProxyErrorCode.ResponseBodyInvalid : ProxyErrorCode.ResponseInvalid)
            : hasBegun ? ProxyErrorCode.ResponseTruncated
            : _connection is null or { Fault: not Http2Fault.None } ? ProxyErrorCode.UpstreamHttp2Error
            : error == Http2ErrorCode.RefusedStream ? ProxyErrorCode.UpstreamRefused
            : _connection.HasEnded ? (_connection.Socket.Broken ? ProxyErrorCode.UpstreamReset : ProxyErrorCode.UpstreamClosed)
            : ProxyErrorCode.UpstreamStreamReset;
        if (_isTunnel && !_stream.RemoteEnded)
        {
            // The client may have ended its side before, and nobody writes who would notice. What a server has said to its end is still passed on.
            _exchange.Waiting?.CancelWait();
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (!ReferenceEquals(timer, _sendTimer))
        {
            _stream.CancelRead(ProxyErrorCode.ResponseBodyTimeout);
            EndHeadWait(IoResult.TimedOut);
        }
        else if (_stream.SentBytes > _sentAtLastCheck)
        {
            BeginSendWait();
        }
        else
        {
            _isSendTimedOut = true;
            StopSending();
        }
    }

    private ValueTask<IoResult> SendAsync(bool hasHead, BodySlice slice, bool isLast)
    {
        FieldTable? trailers = isLast && _exchange.RequestTrailers is { Count: > 0 } fields ? fields : null;
        var content = new SendSegment(slice.Array, slice.Offset, slice.Count);
        ValueTask<bool> sending = _stream.SendAsync(hasHead, content, isLast, trailers);
        return sending.IsCompleted ? new ValueTask<IoResult>(Sent(sending.Result, slice.Count)) : AwaitSendAsync(hasHead, sending, slice.Count);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<IoResult> AwaitSendAsync(bool hasHead, ValueTask<bool> sending, int count)
    {
        Exchange exchange = _exchange;
        if (hasHead)
        {
            exchange.Waiting = this;
        }

        BeginSendWait();
        bool isSent = await sending;
        _sendTimer.Stop();
        if (hasHead)
        {
            exchange.Waiting = null;
        }

        return Sent(isSent, count);
    }

    private void BeginSendWait()
    {
        _sentAtLastCheck = _stream.SentBytes;
        _sendTimer.Set(_exchange.Limits.SendTimeoutMs);
    }

    private IoResult Sent(bool isSent, int count)
    {
        if (isSent)
        {
            return new IoResult(count);
        }

        _sendFailed = true;
        return _isSendTimedOut ? IoResult.TimedOut : IoResult.Canceled;
    }

    // What is there, or known, without waiting.
    private bool TryReadHead(out ProxyErrorCode error)
    {
        error = ProxyErrorCode.None;
        if (_hasHead)
        {
            _hasHead = false;
            _timer.Stop();
            return true;
        }

        if (_exchange.HasFailed)
        {
            error = _exchange.Error;
            return true;
        }

        if (_error != ProxyErrorCode.None)
        {
            error = _error;
            _exchange.Fail(error, _violation);
            return true;
        }

        return false;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> AwaitHeadAsync()
    {
        Exchange exchange = _exchange;
        exchange.Waiting = this;
        IoResult result = await _headWait.Begin();
        exchange.Waiting = null;
        if (TryReadHead(out ProxyErrorCode error))
        {
            return error;
        }

        if (!result.IsTimedOut)
        {
            return ProxyErrorCode.ClientGone;
        }

        _connection?.OnTimedOut(_receivedCountBefore);
        return ProxyErrorCode.FirstByteTimeout;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> AwaitContentAsync()
    {
        Exchange exchange = _exchange;
        _timer.Set(exchange.Limits.UpstreamIdleTimeoutMs);
        exchange.Waiting = this;
        BodySlice slice = await _stream.ReadAsync();
        exchange.Waiting = null;
        _timer.Stop();
        return Taken(slice);
    }

    private BodySlice Taken(BodySlice slice)
    {
        if (slice.Error == ProxyErrorCode.None)
        {
            if (slice.IsLast)
            {
                _exchange.ResponseTrailers = _hasTrailers ? _trailers!.Fields : null;
                _connection!.OnAnswered();
            }

            return slice;
        }

        if (_violation != Violation.None)
        {
            _exchange.Fail(_error, _violation);
        }

        // A timeout says so itself; else the stream is over, and why is known.
        return slice.Error != ProxyErrorCode.ClientGone || _isCanceled ? slice
            : BodySlice.Failed(_error == ProxyErrorCode.None ? ProxyErrorCode.ResponseTruncated : _error);
    }

    private void PresentAsUpgrade(ResponseSectionReader section)
    {
        RequestHead request = _exchange.Request;
        Span<byte> accept = stackalloc byte[WebSocketKey.AcceptBytes];
        bool isProved = !request.IsExtendedConnect
            && request.Fields.TryGet(KnownField.SecWebSocketKey, out ReadOnlySpan<byte> key)
            && WebSocketKey.TryWriteAccept(key, accept);
        section.PresentAsUpgrade(request.UpgradeToken, isProved ? accept : default);
    }

    // A head that nobody has taken yet is an interim one, and gives way.
    private void KeepHead(ResponseHead response, int length)
    {
        ReturnHead();
        _head = _worker.Loop.Buffers.Rent(BufferPool.SizeFor(length));
        _worker.SectionBuffer.AsSpan(0, length).CopyTo(_head.Array);
        response.Rebind(_head.Array);
        _hasHead = true;
    }

    private void ReturnHead()
    {
        if (_head is not null)
        {
            _worker.Loop.Buffers.Return(_head);
            _head = null;
        }
    }

    private void EndHeadWait(IoResult result)
    {
        if (_headWait.IsPending)
        {
            _headWait.Complete(result);
        }
    }
}
