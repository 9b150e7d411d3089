using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>An HTTP/1.1 connection to a server: the server's side of one exchange after another, or idle in its pool without a buffer.</summary>
internal sealed class Http1UpstreamConnection : UpstreamStream, ISocketObserver, ITimerTarget, ISpliceEnd
{
    private const int FirstReceiveMax = 16 * 1024;

    private readonly UpstreamPool _pool;
    private readonly StreamSocket _socket;
    private readonly LoopTimer _timer;
    private readonly Http1RequestOutput _output;
    private PooledBuffer? _buffer;
    private int _start;
    private int _end;
    private IdleTime _idle;
    private bool _isClosed;
    private bool _receiveFailed;

    public Http1UpstreamConnection(UpstreamPool pool, StreamSocket socket)
    {
        _pool = pool;
        _socket = socket;
        _timer = socket.Loop.Timers.Create(this);
        _output = new Http1RequestOutput(socket, pool.Server);
        socket.Observer = this;
    }

    /// <summary>Requests that were sent on it, the one in progress included.</summary>
    public int RequestCount { get; private set; }

    /// <inheritdoc/>
    public override bool WasReused => RequestCount > 1;

    /// <inheritdoc/>
    public override bool NothingSent => _socket.SentSoFar == 0;

    /// <inheritdoc/>
    public override bool SendFailed => _output.HasFailed;

    /// <inheritdoc/>
    public override ServerState Server => _pool.Server;

    /// <inheritdoc/>
    public override int BufferedBytes => _end - _start;

    /// <inheritdoc/>
    public override int HeadBytes => _start;

    /// <inheritdoc/>
    public StreamSocket Socket => _socket;

    /// <summary>The neighbours in the pool's list of idle connections.</summary>
    public Http1UpstreamConnection? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public Http1UpstreamConnection? Previous { get; set; }

    /// <inheritdoc/>
    public override void BeginRequest(Exchange exchange)
    {
        Debug.Assert(!_idle.IsRunning && _buffer is null, "A rented connection is clean.");
        RequestCount++;
        _receiveFailed = false;
        _output.Begin();
    }

    /// <inheritdoc/>
    public override ValueTask<IoResult> SendHeadAsync(Exchange exchange, BodySlice first) => _output.SendHeadAsync(exchange, this, first);

    /// <inheritdoc/>
    public override ValueTask<IoResult> SendContentAsync(Exchange exchange, BodySlice slice) => _output.SendContentAsync(exchange, slice);

    /// <inheritdoc/>
    public override void StopSending() => _socket.CancelSend(IoResult.Canceled);

    /// <inheritdoc/>
    public override void StartFirstByteTimer(int timeoutMs) => _timer.Set(timeoutMs);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public override async ValueTask<ProxyErrorCode> ReadHeadAsync(Exchange exchange)
    {
        MoveToFront();
        exchange.ResponseReader.Begin(0, exchange.Snapshot.ResponseHeadLimits, exchange.Request.Method);
        while (true)
        {
            ReadStatus status = _end > _start ? exchange.ResponseReader.Read(_buffer!.Array, _end) : ReadStatus.NeedMore;
            if (status == ReadStatus.Done)
            {
                _timer.Stop();
                _start = exchange.ResponseReader.HeadEnd;
                exchange.ResponseBody.Begin(exchange.Response.Framing, exchange.Response.ContentLength, exchange.Snapshot.ResponseHeadLimits);
                return WebSocketProof.IsMissing(exchange) ? ProxyErrorCode.UpgradeIgnored : ProxyErrorCode.None;
            }

            if (status == ReadStatus.Failed)
            {
                exchange.Fail(ProxyErrorCode.ResponseInvalid, exchange.ResponseReader.Violation);
                return ProxyErrorCode.ResponseInvalid;
            }

            if (exchange.HasFailed)
            {
                // Its content broke off before there was a wait that could be cancelled.
                return exchange.Error;
            }

            exchange.Waiting = this;
            if (_buffer is null)
            {
                IoResult ready = await _socket.WaitReadableAsync();
                if (ready.IsError)
                {
                    exchange.Waiting = null;
                    return HeadFailed(ready);
                }
            }

            MakeRoomForHead();
            IoResult received = await _socket.ReceiveAsync(_buffer!.Array, _end, RoomForHead());
            exchange.Waiting = null;
            if (received.Code <= 0)
            {
                return HeadFailed(received);
            }

            _end += received.Bytes;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange) =>
        TryDecode(exchange, out BodySlice slice) ? new ValueTask<BodySlice>(slice) : ReceiveContentAsync(exchange);

    /// <inheritdoc/>
    public override ITunnelEnd BeginTunnel(Exchange exchange)
    {
        // What follows the 101 goes into the tunnel; its time is the tunnel's.
        _timer.Stop();
        var early = new SendSegment(_buffer?.Array, _start, _end - _start);
        PooledBuffer? buffer = _buffer;
        _buffer = null;
        _start = 0;
        _end = 0;
        return new SocketTunnelEnd(_socket, ProxyErrorCode.UpstreamReset, early, buffer);
    }

    /// <inheritdoc/>
    public override ISpliceEnd? AsSpliceEnd() => _socket.Tls is null ? this : null;

    /// <inheritdoc/>
    public override void Release(Exchange exchange)
    {
        bool reusable = exchange.Response.KeepAlive
            && _start == _end
            && !_socket.IsClosed
            && !_socket.PeerClosed
            && !_socket.HasUnread()
            && !_receiveFailed
            && !SendFailed;
        ReturnBuffer();
        _timer.Stop();
        if (reusable)
        {
            _pool.Return(this, exchange.Response.KeepAliveTimeoutSeconds);
        }
        else
        {
            Close();
        }
    }

    /// <inheritdoc/>
    public override void Close()
    {
        // A tunnel may have closed the socket already.
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _timer.Remove();
        _output.Close();
        ReturnBuffer();
        _socket.Close();
        _pool.OnClosed(this);
    }

    /// <summary>Marks it idle; the pool's business.</summary>
    public void BeginIdle(int timeoutMs)
    {
        _idle.Begin(_timer, _socket.Loop.NowMs, timeoutMs, _pool.Worker.Overload);
    }

    /// <summary>How long it may be idle has changed; the pool's business.</summary>
    public void AdjustIdle() => _idle.Adjust(_timer, _socket.Loop.NowMs, _pool.Worker.Overload);

    /// <summary>Marks it in use; the pool's business.</summary>
    public void EndIdle()
    {
        _idle.End();
        _timer.Stop();
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<ProxyErrorCode> WaitToReadAsync(Exchange exchange)
    {
        IoResult ready = await AwaitContentAsync(exchange);
        return ready.IsError ? ReadFailed(exchange, ready) : ProxyErrorCode.None;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<ProxyErrorCode> WaitToWriteAsync(Exchange exchange)
    {
        IoResult ready = await _output.WaitToWriteAsync(exchange);
        return ready.IsError ? WriteFailed(exchange, ready) : ProxyErrorCode.None;
    }

    /// <inheritdoc/>
    public ProxyErrorCode ReadFailed(Exchange exchange, IoResult result) => ContentFailed(exchange, result).Error;

    /// <inheritdoc/>
    public ProxyErrorCode WriteFailed(Exchange exchange, IoResult result)
    {
        _output.Fail();
        return result.IsTimedOut ? ProxyErrorCode.UpstreamSendTimeout : ProxyErrorCode.UpstreamReset;
    }

    /// <inheritdoc/>
    public void CountRead(Exchange exchange, int bytes)
    {
    }

    /// <inheritdoc/>
    public void CountWritten(Exchange exchange, int bytes)
    {
    }

    /// <inheritdoc/>
    public override void CancelWait()
    {
        _socket.CancelSend(IoResult.Canceled);
        _socket.CancelReceive(IoResult.Canceled);
    }

    /// <inheritdoc/>
    void ISocketObserver.OnUnexpectedEvent(StreamSocket socket)
    {
        // An idle connection has nothing to say: its end, an error, or a response to nothing. In use, the next read finds out.
        if (_idle.IsRunning)
        {
            _pool.Remove(this);
            Close();
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (_idle.IsRunning)
        {
            _pool.Remove(this);
            Close();
        }
        else
        {
            _socket.CancelReceive(IoResult.TimedOut);
        }
    }

    private ProxyErrorCode HeadFailed(IoResult result)
    {
        if (result.IsTimedOut)
        {
            return ProxyErrorCode.FirstByteTimeout;
        }

        _receiveFailed = true;
        if (result.IsCanceled)
        {
            return ProxyErrorCode.ClientGone;
        }

        // Bytes of a head that never became whole are an answer of a kind: the request was acted upon, and is not sent again.
        return _end > _start ? ProxyErrorCode.ResponseTruncated
            : result.IsError ? ProxyErrorCode.UpstreamReset
            : ProxyErrorCode.UpstreamClosed;
    }

    // What follows an interim response moves to the front, so that every head has the whole buffer.
    private void MoveToFront()
    {
        if (_start > 0)
        {
            _buffer!.Array.AsSpan(_start, _end - _start).CopyTo(_buffer.Array);
            _end -= _start;
            _start = 0;
        }
    }

    // The first receive is kept short: what is behind it of large content need not be copied at all. Most responses fit.
    private int RoomForHead() => _end < FirstReceiveMax ? FirstReceiveMax - _end : _buffer!.Length - _end;

    private void MakeRoomForHead()
    {
        BufferPool pool = _socket.Loop.Buffers;
        if (_buffer is null)
        {
            _buffer = pool.Rent(BufferSize.Medium);
        }
        else if (_end == _buffer.Length)
        {
            Debug.Assert(_buffer.Size < BufferSize.Large, "The limits of a head are below the largest buffer.");
            PooledBuffer larger = pool.Rent(BufferSize.Large);
            _buffer.Array.AsSpan(0, _end).CopyTo(larger.Array);
            pool.Return(_buffer);
            _buffer = larger;
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> ReceiveContentAsync(Exchange exchange)
    {
        while (true)
        {
            if (!_socket.IsReadable)
            {
                IoResult ready = await AwaitContentAsync(exchange);
                if (ready.IsError)
                {
                    return ContentFailed(exchange, ready);
                }
            }

            _buffer ??= _socket.Loop.Buffers.Rent(BufferSize.Medium);
            _start = 0;
            _end = 0;
            exchange.Waiting = this;
            ValueTask<IoResult> receiving = _socket.ReceiveAsync(_buffer.Array, 0, _buffer.Length);
            if (!receiving.IsCompleted)
            {
                // What looked readable was not: this is a wait like any other, with its own time.
                _timer.Set(exchange.Limits.UpstreamIdleTimeoutMs);
            }

            IoResult received = await receiving;
            exchange.Waiting = null;
            if (received.Code <= 0)
            {
                return ContentFailed(exchange, received);
            }

            _end = received.Bytes;
            if (TryDecode(exchange, out BodySlice slice))
            {
                return slice;
            }
        }
    }

    // No buffer is held while there is nothing to put into it.
    private ValueTask<IoResult> AwaitContentAsync(Exchange exchange)
    {
        ReturnBuffer();
        if (exchange.HasFailed)
        {
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        _timer.Set(exchange.Limits.UpstreamIdleTimeoutMs);
        exchange.Waiting = this;
        return _socket.WaitReadableAsync();
    }

    private BodySlice ContentFailed(Exchange exchange, IoResult result)
    {
        exchange.Waiting = null;
        _receiveFailed = true;
        if (result.IsTimedOut)
        {
            return BodySlice.Failed(ProxyErrorCode.ResponseBodyTimeout);
        }

        // RFC 9112, section 8: content without a length is whole only if the connection was closed in order.
        return !result.IsError && exchange.ResponseBody.TryCompleteAtClose()
            ? BodySlice.End
            : BodySlice.Failed(result.IsCanceled ? ProxyErrorCode.ClientGone : ProxyErrorCode.ResponseTruncated);
    }

    private bool TryDecode(Exchange exchange, out BodySlice slice)
    {
        BodyReader body = exchange.ResponseBody;
        if (body.IsComplete || _start == _end)
        {
            slice = BodySlice.End;
            return body.IsComplete;
        }

        byte[] array = _buffer!.Array;
        ReadStatus status = body.Read(array, _start, _end, out int consumed, out int dataStart, out int dataLength);
        _start += consumed;
        if (status == ReadStatus.Failed)
        {
            exchange.Fail(ProxyErrorCode.ResponseBodyInvalid, body.Violation);
            slice = BodySlice.Failed(ProxyErrorCode.ResponseBodyInvalid);
            return true;
        }

        exchange.ResponseTrailers = body.Trailers;
        slice = new BodySlice(array, dataStart, dataLength, status == ReadStatus.Done);
        return slice.IsLast || slice.Count > 0;
    }

    private void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            _socket.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }

        _start = 0;
        _end = 0;
    }
}
