using System.Diagnostics;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Mirroring;

/// <summary>The client's side of a copy: content comes from the request that is copied, and what is answered is thrown away.</summary>
internal sealed class MirrorClientStream : ClientStream
{
    // Reading more of a response that nobody wants costs more than a connection does.
    private const long ResponseBytesMax = 1024 * 1024;

    private static readonly Action<object?> WakeUp = static state => ((MirrorClientStream)state!).Wake();

    private readonly EventLoop _loop;
    private readonly ContentQueue _queue;
    private readonly LoopCompletion<BodySlice> _reading = new();
    private Exchange? _reader;
    private long _responseBytes;
    private bool _wakeUpPosted;

    public MirrorClientStream(EventLoop loop)
    {
        _loop = loop;
        _queue = new ContentQueue(loop.Buffers);
    }

    /// <summary>Whether all of the content was added.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether as much of the response was read as is read of any.</summary>
    public bool HasEnough => _responseBytes > ResponseBytesMax;

    /// <inheritdoc/>
    public override bool SupportsChunked => true;

    /// <inheritdoc/>
    public override bool ClosesAfterResponse => false;

    /// <inheritdoc/>
    internal override int BufferedBytes => _queue.Bytes;

    /// <summary>Begins for a copy.</summary>
    /// <param name="hasContent">Whether content follows.</param>
    public void Begin(bool hasContent)
    {
        Debug.Assert(_queue.IsEmpty && !_reading.IsPending, "The last copy was ended.");
        IsEnded = !hasContent;
        _responseBytes = 0;
    }

    /// <summary>Adds content; false when the copy is too far behind.</summary>
    public bool TryAdd(BodySlice slice, int bytesMax)
    {
        Debug.Assert(!IsEnded, "Nothing follows the last part.");
        if (!_queue.TryAdd(slice.Span, bytesMax))
        {
            return false;
        }

        IsEnded = slice.IsLast;
        if (_reading.IsPending && !_wakeUpPosted)
        {
            // Not from here: the request that is copied goes first.
            _wakeUpPosted = true;
            _loop.Post(WakeUp, this);
        }

        return true;
    }

    /// <summary>Gives all buffers back.</summary>
    public void End()
    {
        Debug.Assert(!_reading.IsPending, "Whoever reads is stopped first.");
        _queue.Clear();
        _reader = null;
    }

    /// <inheritdoc/>
    public override void CloseAfterResponse()
    {
    }

    /// <inheritdoc/>
    public override bool TryReadBuffered(Exchange exchange, out BodySlice slice)
    {
        slice = default;
        if (_queue.IsEmpty && !IsEnded)
        {
            return false;
        }

        if (_queue.IsEmpty)
        {
            _queue.ReturnTaken();
            slice = BodySlice.End;
        }
        else
        {
            ArraySegment<byte> bytes = _queue.Take();
            slice = new BodySlice(bytes.Array, bytes.Offset, bytes.Count, IsEnded && _queue.IsEmpty);
        }

        exchange.RequestCompleted = slice.IsLast;
        return true;
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange)
    {
        if (TryReadBuffered(exchange, out BodySlice slice))
        {
            return new ValueTask<BodySlice>(slice);
        }

        _queue.ReturnTaken();
        _reader = exchange;
        return _reading.Begin();
    }

    /// <inheritdoc/>
    public override void StopReading()
    {
        if (_reading.IsPending)
        {
            _reading.Complete(BodySlice.Failed(ProxyErrorCode.ClientGone));
        }
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange) => default;

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange) => default;

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, BodyFraming framing, long contentLength) => exchange.Status = exchange.Response.Status;

    /// <inheritdoc/>
    public override void WriteUpgradeHead(Exchange exchange) => Debug.Fail("A request for another protocol is not copied.");

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice)
    {
        exchange.ResponseStarted = true;
        exchange.ResponseCompleted |= slice.IsLast;
        _responseBytes += slice.Count;
        if (HasEnough && !slice.IsLast)
        {
            // Ends the exchange and with it the connection; it counts as answered.
            exchange.Fail(ProxyErrorCode.ClientGone);
        }

        return default;
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content) => default;

    /// <inheritdoc/>
    internal override ITunnelEnd BeginTunnel(Exchange exchange) => throw new UnreachableException("A request for another protocol is not copied.");

    /// <inheritdoc/>
    internal override ISpliceEnd? AsSpliceEnd() => null;

    /// <inheritdoc/>
    public override void Abort(Exchange exchange)
    {
    }

    // May be late: for a copy that has ended, or one that has taken the object over, and then finds what it waits for or goes on waiting.
    private void Wake()
    {
        _wakeUpPosted = false;
        if (_reading.IsPending && TryReadBuffered(_reader!, out BodySlice slice))
        {
            _reading.Complete(slice);
        }
    }
}
