using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Clients;

/// <summary>The client's side of an exchange over HTTP/1. Belongs to the exchange and is bound to a connection for its time.</summary>
internal sealed class Http1ClientStream : ClientStream, ISpliceEnd
{
    private readonly Http1ResponseOutput _output;
    private readonly Worker _worker;
    private readonly Exchange _exchange;
    private ClientConnection _connection = null!;
    private StreamSocket _socket = null!;
    private PooledBuffer? _content;
    private int _contentStart;
    private int _contentEnd;
    private RateGuard _readGuard;
    private long _drainDeadlineMs;
    private bool _supportsChunked;
    private bool _close;

    public Http1ClientStream(Worker worker, Exchange exchange)
    {
        _worker = worker;
        _exchange = exchange;
        _output = new Http1ResponseOutput(worker, exchange);
    }

    /// <inheritdoc/>
    public override bool SupportsChunked => _supportsChunked;

    /// <inheritdoc/>
    public override bool ClosesAfterResponse => _close || _connection.IsLast;

    /// <summary>Bytes of content, or of what follows it, that were received and not used yet.</summary>
    internal override int BufferedBytes => _connection.End - _connection.Start + _contentEnd - _contentStart;

    /// <inheritdoc/>
    public StreamSocket Socket => _socket;

    /// <summary>Binds the stream to a connection, before the head is read.</summary>
    public void Begin(ClientConnection connection)
    {
        _connection = connection;
        _socket = connection.Socket;
        _output.Begin(connection.Socket);
        _close = false;
        _drainDeadlineMs = 0;
        _readGuard.Begin();
    }

    /// <summary>Begins with the content, once the head is read.</summary>
    public void BeginContent(Exchange exchange)
    {
        RequestHead request = exchange.Request;
        _supportsChunked = request.MinorVersion == 1;
        _close = !request.KeepAlive;
        exchange.RequestCompleted = !request.HasBody;
        exchange.ContentExpected = !request.ExpectContinue;
        if (request.HasBody)
        {
            exchange.RequestBody.Begin(request.Framing, request.ContentLength, exchange.Snapshot.RequestHeadLimits);
        }
    }

    /// <summary>Unbinds the stream; what it holds of the next request goes to the connection.</summary>
    public void End()
    {
        _output.End();
        if (_content is not null)
        {
            if (_contentEnd > _contentStart && !_socket.IsClosed)
            {
                _connection.TakeLeftover(_content.Array.AsSpan(_contentStart, _contentEnd - _contentStart));
            }

            ReturnContentBuffer();
        }
    }

    /// <inheritdoc/>
    public override void CloseAfterResponse() => _close = true;

    /// <inheritdoc/>
    public override bool TryReadBuffered(Exchange exchange, out BodySlice slice) => TryDecode(exchange, out slice);

    /// <inheritdoc/>
    internal override ITunnelEnd BeginTunnel(Exchange exchange)
    {
        // What the client sent behind its request was not to be sent on before the switch.
        var early = new SendSegment(_connection.Buffer!.Array, _connection.Start, _connection.End - _connection.Start);
        _connection.Start = _connection.End;
        return new SocketTunnelEnd(_socket, ProxyErrorCode.ClientReset, early, buffer: null);
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange)
    {
        if (exchange.RequestCompleted)
        {
            return new ValueTask<BodySlice>(BodySlice.End);
        }

        return TryDecode(exchange, out BodySlice slice) ? new ValueTask<BodySlice>(slice) : ReceiveContentAsync(exchange);
    }

    /// <inheritdoc/>
    public override void StopReading() => _socket.CancelReceive(IoResult.Canceled);

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange)
    {
        exchange.ContentExpected = true;
        return _output.SendContinueAsync(exchange);
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange)
    {
        // RFC 9110, section 15.2: a 1xx must not be sent to an HTTP/1.0 client.
        return SupportsChunked ? _output.SendInterimAsync(exchange) : default;
    }

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, BodyFraming framing, long contentLength)
    {
        if (framing == BodyFraming.UntilClose || !WillDrain(exchange))
        {
            _close = true;
        }

        _output.WriteHead(exchange, framing, contentLength, ClosesAfterResponse);
    }

    /// <inheritdoc/>
    public override void WriteUpgradeHead(Exchange exchange) => _output.WriteUpgradeHead(exchange);

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice) => _output.SendContentAsync(exchange, slice);

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content)
    {
        _close |= !WillDrain(exchange);
        return _output.SendPreparedAsync(exchange, response, content, ClosesAfterResponse);
    }

    /// <inheritdoc/>
    public override void Abort(Exchange exchange)
    {
        // With a length or chunks the missing end tells; content that ends with the connection needs a reset to be told from a whole one.
        _close = true;
        if (_output.EndsAtClose)
        {
            _socket.Reset();
        }
        else
        {
            _socket.Close();
        }
    }

    /// <inheritdoc/>
    internal override ISpliceEnd? AsSpliceEnd() => _socket.Tls is null ? this : null;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<ProxyErrorCode> WaitToReadAsync(Exchange exchange)
    {
        IoResult ready = await AwaitContentAsync();
        _readGuard.EndWait(_socket.Loop.NowMs);
        return ready.IsError ? ReadFailed(exchange, ready) : ProxyErrorCode.None;
    }

    /// <inheritdoc/>
    public ValueTask<ProxyErrorCode> SendWrittenAsync(Exchange exchange) => _output.SendWithMoreAsync(exchange);

    /// <inheritdoc/>
    public ValueTask<ProxyErrorCode> WaitToWriteAsync(Exchange exchange) => _output.WaitToWriteAsync(exchange);

    /// <inheritdoc/>
    public ProxyErrorCode WriteFailed(Exchange exchange, IoResult result) => _output.WriteFailed(exchange, result);

    /// <inheritdoc/>
    public void CountRead(Exchange exchange, int bytes)
    {
        exchange.BytesIn += bytes;
        _readGuard.Count(bytes);
        EndContentIf(exchange, exchange.RequestBody.IsComplete);
        if (exchange.RequestCompleted)
        {
            // A splice takes what it asked for and no more: without asking, the connection would be taken to hold the next request already.
            _ = _socket.HasUnread();
        }
    }

    /// <inheritdoc/>
    public void CountWritten(Exchange exchange, int bytes) => _output.CountSpliced(exchange, bytes);

    /// <inheritdoc/>
    public ProxyErrorCode ReadFailed(Exchange exchange, IoResult result)
    {
        _connection.ReadTimer.Stop();
        ProxyErrorCode error = !result.IsTimedOut ? ProxyErrorCode.ClientGone
            : _readGuard.IsLimitedByRate ? ProxyErrorCode.RequestBodyTooSlow
            : ProxyErrorCode.RequestBodyTimeout;
        if (!result.IsCanceled)
        {
            _close = true;
            if (_drainDeadlineMs == 0)
            {
                exchange.Fail(error);
            }
        }

        return error;
    }

    /// <summary>Reads and throws away the rest of the request's content, within the limits; whether the connection can go on.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<bool> DrainAsync(Exchange exchange)
    {
        _drainDeadlineMs = _socket.Loop.NowMs + _exchange.Limits.DrainTimeoutMs;
        for (long drained = 0; drained <= _exchange.Limits.DrainBytesMax;)
        {
            BodySlice slice = await ReadContentAsync(exchange);
            if (slice.Error != ProxyErrorCode.None)
            {
                return false;
            }

            if (slice.IsLast)
            {
                return true;
            }

            drained += slice.Count;
        }

        return false;
    }

    /// <summary>
    /// Ends the sending side and reads on for a moment: closing with unread data makes the kernel send a reset, which can destroy a response
    /// that the client has not read yet (RFC 9112, section 9.6).
    /// </summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask LingerAsync(Exchange exchange)
    {
        if (exchange.RequestCompleted && !_socket.IsReadable && _connection.End == _connection.Start)
        {
            // Nothing is on its way that we know of, so there is nothing to be reset about.
            return;
        }

        _socket.ShutdownSend();
        long deadlineMs = _socket.Loop.NowMs + _exchange.Limits.DrainTimeoutMs;
        for (int left = _exchange.Limits.DrainBytesMax; left > 0;)
        {
            PooledBuffer buffer = _content ??= _socket.Loop.Buffers.Rent(BufferSize.Medium);
            _connection.ReadTimer.Set((int)Math.Max(deadlineMs - _socket.Loop.NowMs, 1));
            IoResult received = await _socket.ReceiveAsync(buffer.Array, 0, buffer.Length);
            if (received.Code <= 0)
            {
                return;
            }

            left -= received.Bytes;
        }
    }

    // A response that leaves content unread says whether the connection goes on. It does if the rest can be read within the limits.
    private bool WillDrain(Exchange exchange)
    {
        if (exchange.RequestCompleted || exchange.Upstream is not null)
        {
            return true;
        }

        // Content in chunks may end any time; what has a length ends no earlier.
        return exchange.ContentExpected && exchange.RequestBody.Remaining <= _exchange.Limits.DrainBytesMax;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> ReceiveContentAsync(Exchange exchange)
    {
        while (true)
        {
            if (!_socket.IsReadable)
            {
                IoResult ready = await AwaitContentAsync();
                _readGuard.EndWait(_socket.Loop.NowMs);
                if (ready.IsError)
                {
                    return BodySlice.Failed(ReadFailed(exchange, ready));
                }
            }

            _content ??= _socket.Loop.Buffers.Rent(BufferSize.Medium);
            BeginReadWait();
            IoResult received = await _socket.ReceiveAsync(_content.Array, 0, _content.Length);
            _readGuard.EndWait(_socket.Loop.NowMs);
            if (received.Code <= 0)
            {
                return BodySlice.Failed(ReadFailed(exchange, received));
            }

            _contentStart = 0;
            _contentEnd = received.Bytes;
            _readGuard.Count(received.Bytes);
            if (TryDecode(exchange, out BodySlice slice))
            {
                return slice;
            }
        }
    }

    // No buffer is held while there is nothing to put into it.
    private ValueTask<IoResult> AwaitContentAsync()
    {
        ReturnContentBuffer();
        BeginReadWait();
        return _socket.WaitReadableAsync();
    }

    private void BeginReadWait()
    {
        ProxyLimits limits = _exchange.Limits;
        long nowMs = _socket.Loop.NowMs;
        int waitMs = _readGuard.BeginWait(nowMs, limits.RequestBodyIdleTimeoutMs, _exchange.RequestDataRateMin, limits.MinDataRateGraceMs);
        if (_drainDeadlineMs != 0)
        {
            waitMs = (int)Math.Min(waitMs, Math.Max(_drainDeadlineMs - nowMs, 1));
        }

        _connection.ReadTimer.Set(waitMs);
    }

    // Decodes what is buffered: first what came with the head, then the content's own buffer. False: more has to be received.
    private bool TryDecode(Exchange exchange, out BodySlice slice)
    {
        bool fromHead = _connection.End > _connection.Start;
        int start = fromHead ? _connection.Start : _contentStart;
        int end = fromHead ? _connection.End : _contentEnd;
        slice = default;
        if (start == end)
        {
            return false;
        }

        byte[] array = fromHead ? _connection.Buffer!.Array : _content!.Array;
        ReadStatus status = exchange.RequestBody.Read(array, start, end, out int consumed, out int dataStart, out int dataLength);
        Debug.Assert(status == ReadStatus.Done || consumed == end - start || status == ReadStatus.Failed, "Only the end of the content leaves bytes behind.");
        exchange.BytesIn += consumed;
        if (fromHead)
        {
            _connection.Start += consumed;
        }
        else
        {
            _contentStart += consumed;
        }

        slice = Decoded(exchange, status, array, dataStart, dataLength);
        return slice.IsLast || slice.Count > 0 || slice.Error != ProxyErrorCode.None;
    }

    private BodySlice Decoded(Exchange exchange, ReadStatus status, byte[] array, int dataStart, int dataLength)
    {
        long max = _exchange.Limits.RequestBodyBytesMax;
        if (status == ReadStatus.Failed || (max > 0 && exchange.RequestBody.BytesRead > max))
        {
            ProxyErrorCode error = status == ReadStatus.Failed ? ProxyErrorCode.RequestBodyInvalid : ProxyErrorCode.RequestBodyTooLarge;
            exchange.Fail(error, status == ReadStatus.Failed ? exchange.RequestBody.Violation : Violation.None);
            _close = true;
            return BodySlice.Failed(error);
        }

        EndContentIf(exchange, status == ReadStatus.Done);
        exchange.RequestTrailers = exchange.RequestBody.Trailers;
        return new BodySlice(array, dataStart, dataLength, exchange.RequestCompleted);
    }

    private void EndContentIf(Exchange exchange, bool isComplete)
    {
        exchange.RequestCompleted = isComplete;
        if (isComplete)
        {
            _connection.ReadTimer.Stop();
        }
    }

    private void ReturnContentBuffer()
    {
        if (_content is not null)
        {
            _socket.Loop.Buffers.Return(_content);
            _content = null;
        }

        _contentStart = 0;
        _contentEnd = 0;
    }
}
