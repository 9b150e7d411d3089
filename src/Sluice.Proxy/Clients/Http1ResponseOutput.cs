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

    private readonly Worker _worker;
    private readonly Exchange _exchange;
    private readonly LoopTimer _timer;
    private readonly TrailerSection _trailers = new();
    private readonly ResponseHeadText _head;
    private StreamSocket _socket = null!;
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
        _head = new ResponseHeadText(worker.Loop.Buffers, exchange, isForHttp2: false);
    }

    /// <summary>Whether only the end of the connection tells the client that the response is whole.</summary>
    public bool EndsAtClose => _framing == BodyFraming.UntilClose;

    /// <summary>Begins for a request.</summary>
    public void Begin(StreamSocket socket)
    {
        Debug.Assert(_head.Array is null, "The last exchange gave its buffer back.");
        _socket = socket;
        _framing = BodyFraming.None;
        _omitContent = false;
        _hasFinalHead = false;
        _guard.Begin();
    }

    /// <summary>Gives everything back.</summary>
    public void End()
    {
        _timer.Stop();
        _head.Release();
    }

    /// <summary>Sends <c>100 Continue</c>.</summary>
    public ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange)
    {
        "HTTP/1.1 100 Continue\r\n\r\n"u8.CopyTo(_head.Reserve(BufferSize.Small));
        _head.Advance("HTTP/1.1 100 Continue\r\n\r\n"u8.Length);
        return FlushAsync(exchange);
    }

    /// <summary>Sends the interim response that the server sent. One that the route's changes made too large fails the exchange.</summary>
    public ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange) =>
        _head.TryWriteInterim() ? FlushAsync(exchange) : new ValueTask<ProxyErrorCode>(ProxyErrorCode.ResponseHeadTooLarge);

    /// <summary>Writes the head of the server's response. One that the route's changes made too large fails the exchange.</summary>
    public void WriteHead(Exchange exchange, BodyFraming framing, long contentLength, bool close)
    {
        exchange.Status = exchange.Response.Status;
        if (_head.TryWriteHead(framing, contentLength, close))
        {
            _framing = framing;
            _omitContent = framing == BodyFraming.None;
            _hasFinalHead = true;
        }
    }

    /// <summary>Writes the head of a 101. One that the route's changes made too large fails the exchange.</summary>
    public void WriteUpgradeHead(Exchange exchange)
    {
        exchange.Status = exchange.Response.Status;
        _hasFinalHead |= _head.TryWriteUpgrade();
    }

    /// <summary>Sends a prepared response with its content.</summary>
    public ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content, bool close)
    {
        content = _head.WritePrepared(response, content, close);
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
        int total = _head.Length + content.Count + suffix.Count;
        if (total == 0)
        {
            return Completed(exchange, slice.IsLast);
        }

        bool isPlain = _head.Length + suffix.Count == 0;
        ValueTask<IoResult> sending = isPlain || content.Count > CopyMax || !TryAppend(content, suffix)
            ? _socket.SendAsync(new SendSegment(_head.Array, 0, _head.Length), content, suffix)
            : _socket.SendAsync(_head.Array!, 0, total);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(exchange, sending, slice.IsLast);
        }

        return Sent(exchange, sending.Result) ? Completed(exchange, slice.IsLast) : new ValueTask<ProxyErrorCode>(ProxyErrorCode.ClientReset);
    }

    /// <summary>Sends what is written; the kernel is told that content follows, which it then puts into the same packets.</summary>
    public ValueTask<ProxyErrorCode> SendWithMoreAsync(Exchange exchange)
    {
        Debug.Assert(_framing != BodyFraming.Chunked, "What goes past this output can't be put into chunks.");
        exchange.ResponseStarted |= _hasFinalHead;
        if (_head.Length == 0)
        {
            return default;
        }

        ValueTask<IoResult> sending = _socket.SendWithMoreAsync(_head.Array!, 0, _head.Length);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(exchange, sending, isLast: false);
        }

        return Sent(exchange, sending.Result) ? Completed(exchange, isLast: false) : new ValueTask<ProxyErrorCode>(ProxyErrorCode.ClientReset);
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
            var prefix = new HeadWriter(_head.Reserve(BufferSize.Small));
            ChunkSize.Write(ref prefix, count);
            _head.Advance(prefix.Length);
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
        Span<byte> space = _head.Reserve(BufferSize.Small);
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
        ValueTask<IoResult> sending = _socket.SendAsync(_head.Array!, 0, _head.Length);
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
        _head.Clear();
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
        _head.Release();
        return default;
    }
}
