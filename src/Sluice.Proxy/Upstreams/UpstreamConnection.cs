using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>An HTTP/1.1 connection to a server: in use by one exchange, or idle in its pool without a buffer.</summary>
internal sealed class UpstreamConnection : ISocketObserver, ITimerTarget, ICancelableWait, ISpliceEnd
{
    private const int FirstReceiveMax = 16 * 1024;

    private readonly UpstreamPool _pool;
    private readonly StreamSocket _socket;
    private readonly LoopTimer _timer;
    private ProxyLimits _limits;
    private LoopTimer? _sendTimer;
    private PooledBuffer? _buffer;
    private int _start;
    private int _end;
    private bool _isIdle;
    private bool _receiveFailed;

    public UpstreamConnection(UpstreamPool pool, StreamSocket socket)
    {
        _pool = pool;
        _socket = socket;
        _timer = socket.Loop.Timers.Create(this);
        _limits = pool.Worker.Limits;
        socket.Observer = this;
    }

    /// <summary>Requests that were sent on it, the one in progress included.</summary>
    public int RequestCount { get; private set; }

    /// <summary>Whether a part of the request could not be sent whole: whatever is answered, nothing can be sent behind it any more.</summary>
    public bool SendFailed { get; private set; }

    /// <summary>The server at the other end.</summary>
    public ServerState Server => _pool.Server;

    /// <summary>The socket, for a tunnel.</summary>
    public StreamSocket Socket => _socket;

    /// <summary>The neighbours in the pool's list of idle connections.</summary>
    public UpstreamConnection? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public UpstreamConnection? Previous { get; set; }

    /// <summary>Bytes received and not used yet; what follows a 101 goes into the tunnel.</summary>
    public SendSegment Buffered => _buffer is null ? default : new SendSegment(_buffer.Array, _start, _end - _start);

    /// <summary>Begins an exchange, with the limits that hold for it.</summary>
    public void BeginRequest(ProxyLimits limits)
    {
        Debug.Assert(!_isIdle && _buffer is null, "A rented connection is clean.");
        RequestCount++;
        _limits = limits;
        _receiveFailed = false;
        SendFailed = false;
    }

    /// <summary>Sends a part of the request, and waits until the kernel has taken all of it.</summary>
    public ValueTask<IoResult> SendAsync(SendSegment first, SendSegment second, SendSegment third)
    {
        ValueTask<IoResult> sending = _socket.SendAsync(first, second, third);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(sending);
        }

        IoResult result = sending.Result;
        SendFailed |= result.IsError;
        return new ValueTask<IoResult>(result);
    }

    /// <summary>Starts the time for the response head to begin; called when the request is sent whole.</summary>
    public void StartFirstByteTimer(int timeoutMs) => _timer.Set(timeoutMs);

    /// <summary>Reads a response head, interim or final, into <see cref="Exchange.Response"/>.</summary>
    /// <returns>None, or why there is none. A timeout leaves the connection as it was: the caller may go on reading.</returns>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<ProxyErrorCode> ReadHeadAsync(Exchange exchange)
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
                return ProxyErrorCode.None;
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

    /// <summary>Reads the next part of the response's content. An error is not recorded: the caller knows what it means.</summary>
    public ValueTask<BodySlice> ReadContentAsync(Exchange exchange) =>
        TryDecode(exchange, out BodySlice slice) ? new ValueTask<BodySlice>(slice) : ReceiveContentAsync(exchange);

    /// <summary>Ends a pending send, for the request's content that is no longer wanted.</summary>
    public void StopSending() => _socket.CancelSend(IoResult.Canceled);

    /// <summary>Gives the connection back after an exchange that ended well: to the pool, or closed where it can't be used again.</summary>
    public void Release(Exchange exchange)
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

    /// <summary>Closes the connection. Waits on it end with an error, inline.</summary>
    public void Close()
    {
        _timer.Remove();
        _sendTimer?.Remove();
        if (_socket.IsClosed)
        {
            return;
        }

        ReturnBuffer();
        _socket.Close();
        _pool.OnClosed(this);
    }

    /// <summary>Marks it idle; the pool's business.</summary>
    public void BeginIdle(int timeoutMs)
    {
        _isIdle = true;
        _timer.Set(timeoutMs);
    }

    /// <summary>Marks it in use; the pool's business.</summary>
    public void EndIdle()
    {
        _isIdle = false;
        _timer.Stop();
    }

    /// <summary>Throws away what was received behind the part that was used; a tunnel has taken it.</summary>
    public void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            _socket.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }

        _start = 0;
        _end = 0;
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
        IoResult ready = await AwaitSendAsync(_socket.WaitWritableAsync());
        return ready.IsError ? WriteFailed(exchange, ready) : ProxyErrorCode.None;
    }

    /// <inheritdoc/>
    public ProxyErrorCode ReadFailed(Exchange exchange, IoResult result) => ContentFailed(exchange, result).Error;

    /// <inheritdoc/>
    public ProxyErrorCode WriteFailed(Exchange exchange, IoResult result)
    {
        SendFailed = true;
        return ProxyErrorCode.UpstreamReset;
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
    public void CancelWait()
    {
        _socket.CancelSend(IoResult.Canceled);
        _socket.CancelReceive(IoResult.Canceled);
    }

    /// <inheritdoc/>
    void ISocketObserver.OnUnexpectedEvent(StreamSocket socket)
    {
        // An idle connection has nothing to say: its end, an error, or a response to nothing. In use, the next read finds out.
        if (_isIdle)
        {
            _pool.Remove(this);
            Close();
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (ReferenceEquals(timer, _sendTimer))
        {
            _socket.CancelSend(IoResult.TimedOut);
        }
        else if (_isIdle)
        {
            _pool.Remove(this);
            Close();
        }
        else
        {
            _socket.CancelReceive(IoResult.TimedOut);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<IoResult> AwaitSendAsync(ValueTask<IoResult> sending)
    {
        _sendTimer ??= _socket.Loop.Timers.Create(this);
        _sendTimer.Set(_limits.UpstreamIdleTimeoutMs);
        IoResult result = await sending;
        _sendTimer.Stop();
        SendFailed |= result.IsError;
        return result;
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

        slice = new BodySlice(array, dataStart, dataLength, status == ReadStatus.Done);
        return slice.IsLast || slice.Count > 0;
    }
}
