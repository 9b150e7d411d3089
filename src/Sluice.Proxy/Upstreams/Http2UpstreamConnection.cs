using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Upstreams;

/// <summary>An HTTP/2 connection to a server: each of its streams is the server's side of one exchange.</summary>
/// <remarks>
/// <code>
///            SETTINGS            request             last request done
///  Starting ──────────▶ Idle ──────────────▶ In use ──────────────────▶ Idle
///     │ timeout, no HTTP/2 │ timeout            │ GOAWAY, max_requests, retired, sick
///     ▼                    ▼                    ▼         last request done
///   Closed ◀───────────────┴─────────────── Draining ◀─┘ (then Closed)
/// </code>
/// Requests wait for the server's SETTINGS: only then it is known that the server speaks HTTP/2, how many it takes at once, and whether it takes WebSockets.
/// </remarks>
internal sealed class Http2UpstreamConnection : Http2Connection, ICancelableWait
{
    // The highest number that a stream can have (RFC 9113, section 5.1.1).
    private const uint LastStream = 0x7FFF_FFFF;

    // A sibling's request that waits for the place of a connection waits at least as long as this one has existed.
    private const int AgeBeforeGivingUpMs = 1_000;

    private readonly UpstreamPool _pool;
    private readonly LoopTimer _timer;
    private readonly LoopCompletion<bool> _starting = new();
    private readonly long _startedMs;
    private IdleTime _idle;
    private uint _nextStream = 1;
    private int _reserved;

    // Whoever makes it is the first.
    private int _owners = 1;
    private int _requestCount;
    private bool _isReady;
    private bool _isDraining;
    private bool _isEnded;
    private bool _isTimedOut;

    public Http2UpstreamConnection(UpstreamPool pool, StreamSocket socket)
        : base(pool.Worker, socket)
    {
        _pool = pool;
        _timer = socket.Loop.Timers.Create(this);
        _startedMs = socket.Loop.NowMs;
    }

    /// <summary>Whether it takes requests, if not at the moment.</summary>
    public bool TakesRequests => _isReady && !_isDraining && !_isEnded && !HasFailed;

    /// <summary>Whether the server takes another request now.</summary>
    public bool HasStreams => ActiveCount < StreamsMax;

    /// <summary>Whether a request is to go out on it. Not while clients that take nothing keep so much of its window that others would wait for them.</summary>
    public bool HasRoom => TakesRequests && HasStreams && !IsWindowHeld;

    /// <summary>Whether the server has said that it takes no requests for the time being.</summary>
    public bool IsHeldBack => TakesRequests && Peer.MaxConcurrentStreams == 0;

    /// <summary>Whether nobody uses it.</summary>
    public bool IsUnused => _isReady && !_isEnded && _owners == 0;

    /// <summary>Requests on it, as the server counts them, and those that are about to be.</summary>
    public int ActiveCount => StreamCount + _reserved;

    /// <summary>Whether a request was sent on it before.</summary>
    public bool WasUsed => _requestCount > 0;

    /// <summary>Whether it has ended, or is about to.</summary>
    public bool HasEnded => _isEnded || HasFailed || Socket.IsClosed;

    /// <summary>Why it could not begin.</summary>
    public ProxyErrorCode StartError => _isTimedOut ? ProxyErrorCode.ConnectTimeout : ProxyErrorCode.UpstreamHttp2Failed;

    /// <summary>How often something has come from the server.</summary>
    public long ReceivedCount { get; private set; }

    /// <inheritdoc/>
    protected override bool IsServer => false;

    /// <inheritdoc/>
    protected internal override int WriteTimeoutMs => Limits.SendTimeoutMs;

    /// <inheritdoc/>
    protected override int FrameTimeoutMs => Limits.UpstreamIdleTimeoutMs;

    private ProxyLimits Limits => Worker.Limits;

    private int StreamsMax => (int)Math.Min(Peer.MaxConcurrentStreams, (uint)_pool.Server.PoolLimits.StreamsMax);

    private bool IsWorn => _nextStream > LastStream || (_pool.Server.PoolLimits.RequestsMax > 0 && _requestCount >= _pool.Server.PoolLimits.RequestsMax);

    /// <summary>Runs the connection until it is closed. Nobody waits for that.</summary>
    [AsyncMethodBuilder(typeof(DetachedMethodBuilder))]
    public async ValueTask RunAsync()
    {
        Worker.UpstreamHttp2.CountConnection();
        Writer.WriteRaw(Http2Constants.Preface);
        Writer.WriteSettings([
            (SettingId.EnablePush, 0),
            (SettingId.InitialWindowSize, StreamWindow),
            (SettingId.MaxHeaderListSize, (uint)Limits.ResponseHeadBytesMax),
        ]);
        _timer.Set(Limits.ConnectTimeoutMs);
        try
        {
            await ReadAsync(new Http2FrameReader(this, expectsPreface: false));
        }
        catch (Exception exception)
        {
            // Nothing that a peer does throws: this is a bug, reported and survived.
            Worker.OnBug(exception);
        }

        _isEnded = true;
        _timer.Remove();
        if (!_isReady)
        {
            _pool.OnHttp2NotStarted(StartError, Fault == Http2Fault.None ? null : $"it broke HTTP/2: {Http2Faults.NameOf(Fault)}");
        }

        CompleteStart();
        await CloseAsync();
        _pool.OnClosed(this);
    }

    /// <summary>Waits until it can be used. False when it can't, or the wait was cancelled.</summary>
    public ValueTask<bool> WaitUntilReadyAsync() => _isReady || HasEnded ? new ValueTask<bool>(_isReady && !HasEnded) : _starting.Begin();

    /// <summary>Whoever made it has a stream, or needs none any more.</summary>
    public void EndStart()
    {
        _owners--;
        if (_owners == 0 && _isReady)
        {
            BecomeIdle();
        }
    }

    /// <summary>A stream for an exchange, which opens when its head is sent.</summary>
    public UpstreamStream Rent()
    {
        Debug.Assert(_isReady && !HasEnded, "What has not begun, or has ended, is not asked.");
        _timer.Stop();
        _idle.End();
        _reserved++;
        if (_owners++ == 0)
        {
            _pool.CountIdleHttp2();
        }

        Http2UpstreamStream stream = _pool.RentStream();
        stream.Begin(this, isReused: WasUsed);
        _requestCount++;
        _isDraining |= IsWorn;
        return stream;
    }

    /// <summary>Opens a stream that was rented. False when the connection has ended meanwhile.</summary>
    public bool TryOpen(Http2UpstreamStream owner)
    {
        if (HasEnded || _nextStream > LastStream)
        {
            return false;
        }

        _reserved--;
        owner.Stream.OpenOwn(this, _nextStream);

        // By turns: the order in which heads leave is that of their numbers (RFC 9113, section 5.1.1), and large content holds up nobody.
        owner.Stream.Priority = StreamPriority.Default with { Incremental = true };
        _nextStream += 2;
        AddStream(owner.Stream);
        Worker.UpstreamHttp2.CountStream();
        return true;
    }

    /// <summary>Takes a stream back whose exchange is over.</summary>
    public void Return(Http2UpstreamStream stream, bool wasOpened)
    {
        _reserved -= wasOpened ? 0 : 1;
        _owners--;
        _pool.ReturnStream(stream);
        _pool.OnStreamClosed();
        if (Socket.Loop.NowMs - _startedMs >= AgeBeforeGivingUpMs && _pool.HasSiblingWaiters)
        {
            _isDraining = true;
        }

        if (_owners == 0)
        {
            BecomeIdle();
        }
    }

    /// <summary>Takes no more requests, and closes when the last one is over.</summary>
    public void Retire()
    {
        _isDraining = true;
        if (_owners == 0)
        {
            Close();
        }
    }

    /// <summary>How long it may be idle has changed.</summary>
    public void AdjustIdle()
    {
        if (IsUnused)
        {
            _idle.Adjust(_timer, Socket.Loop.NowMs, _pool.Worker.Overload);
        }
    }

    /// <summary>Closes it at once; requests on it fail.</summary>
    public void Close()
    {
        _isEnded = true;
        if (!Socket.IsClosed)
        {
            Writer.Flush();
            Socket.Close();
        }
    }

    /// <summary>
    /// A response did not begin in time. When nothing at all has come since the request was sent, the server may be gone without a word: nobody else is to
    /// find out by waiting as long.
    /// </summary>
    /// <param name="receivedCount">What <see cref="ReceivedCount"/> was when the request was sent.</param>
    public void OnTimedOut(long receivedCount) => _isDraining |= ReceivedCount == receivedCount;

    /// <summary>A response was passed on to its end.</summary>
    public void OnAnswered() => OnServed();

    /// <inheritdoc/>
    public void CancelWait() => CompleteStart();

    /// <inheritdoc/>
    protected internal override void OnHeaders(uint streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        if (FindStream(streamId) is { } known)
        {
            // An interim response that is still here goes first; whoever takes it may end the stream.
            ((Http2UpstreamStream)known.Owner).OnFramesRead();
        }

        if (FindStream(streamId) is not { } stream)
        {
            if (Skip(block) && IsIdle(streamId))
            {
                Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
            }
            else
            {
                TryTolerate(Http2Fault.StreamClosed, Http2Score.SmallData);
            }
        }
        else if (stream.RemoteEnded || !stream.IsKnownToPeer)
        {
            if (Skip(block))
            {
                RejectStream(stream, Http2ErrorCode.StreamClosed);
            }
        }
        else
        {
            Take(stream, block, endStream);
        }
    }

    /// <inheritdoc/>
    protected override void OnGoAway(uint lastStreamId, Http2ErrorCode error)
    {
        _isDraining = true;
        if (error != Http2ErrorCode.NoError)
        {
            Worker.ReportGoAway(_pool.Server, error);
        }

        BreakStreamsAbove(lastStreamId);
        if (_owners == 0)
        {
            Close();
        }
    }

    /// <inheritdoc/>
    protected override void OnSettingsChanged()
    {
        if (_isReady)
        {
            _pool.HandOver();
            return;
        }

        _isReady = true;
        _timer.Stop();
        CompleteStart();
        _pool.OnHttp2Started();
        if (_owners == 0)
        {
            BecomeIdle();
        }
    }

    /// <inheritdoc/>
    protected override void OnPingAck()
    {
    }

    /// <inheritdoc/>
    protected override void OnStreamClosed(Http2Stream stream) => _pool.OnStreamClosed();

    /// <inheritdoc/>
    protected override void Report(Http2Fault fault) => Worker.ReportHttp2(_pool.Server, fault);

    /// <inheritdoc/>
    protected override void OnReceived(bool continues) => ReceivedCount++;

    /// <inheritdoc/>
    protected override bool IsIdle(uint streamId) => (streamId & 1) == 0 || streamId >= _nextStream;

    /// <inheritdoc/>
    /// <remarks>
    /// Every stream of this side's that is no longer there, since clients that go away end as many as they like: what the server has sent for those is
    /// no offence of its.
    /// </remarks>
    protected override bool WasReset(uint streamId) => true;

    /// <inheritdoc/>
    protected override void OnTimer(LoopTimer timer)
    {
        _isTimedOut = !_isReady;
        Close();
    }

    private void Take(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream)
    {
        var owner = (Http2UpstreamStream)stream.Owner;
        bool isTrailers = stream.TakesContent;
        if (isTrailers && !endStream)
        {
            // RFC 9113, section 8.1: trailers are the end.
            if (Skip(block))
            {
                RejectStream(stream, Http2ErrorCode.ProtocolError);
            }

            return;
        }

        bool isDecoded = isTrailers ? owner.TryTakeTrailers(Decoder, block) : owner.TryTakeHead(Decoder, block, endStream);
        if (!isDecoded)
        {
            Fail(Http2Fault.CompressionError, Http2ErrorCode.CompressionError);
            return;
        }

        if (endStream)
        {
            OnRemoteEnd(stream);
        }

        Touch(stream);
    }

    private void BecomeIdle()
    {
        if (_isEnded || HasFailed)
        {
            return;
        }

        if (_isDraining || !_pool.KeepsIdle)
        {
            Close();
        }
        else
        {
            _pool.CountIdleHttp2();
            _idle.Begin(_timer, Socket.Loop.NowMs, _pool.Server.PoolLimits.IdleTimeoutMs, _pool.Worker.Overload);
        }
    }

    private void CompleteStart()
    {
        if (_starting.IsPending)
        {
            _starting.Complete(_isReady && !HasEnded);
        }
    }
}
