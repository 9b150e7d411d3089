using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Upstreams;

/// <summary>One worker's connections to one server: the idle ones, last used first, those of HTTP/2, and the requests that wait for one.</summary>
/// <remarks>
/// For HTTP/1:
/// <code>
///            rent                    response whole, keep-alive
///  Idle ─────────────▶ In use ─────────────────────────────────▶ Idle
///   │ timeout, peer's close, any byte   │ anything else            │ more than max_idle, max_requests
///   ▼                                   ▼                          ▼
/// Closed ◀──────────────────────────────┴──────────────────────────┘
/// </code>
/// Last in, first out keeps few connections warm and lets the others time out. With a limit of connections the count is shared by all workers:
/// a worker whose request begins to wait has another worker close an idle one, and a worker that closes one tells another whose request waits.
/// Either side first says what it has and then looks at the other, with a barrier between, so that they can't miss each other.
/// <para>
/// A connection of HTTP/2 (<see cref="Http2UpstreamConnection"/>) is shared: requests go to the one with the fewest. While one is being made, as many requests as it will
/// take wait for it instead of making others. Where ALPN decides, what the server chose last is what is expected of the next connection.
/// </para>
/// </remarks>
internal sealed class UpstreamPool
{
    private readonly RequestQueue _waiters;
    private readonly Stack<Http2UpstreamStream> _freeStreams = new(0);
    private readonly Http2UpstreamSet _http2 = new();
    private readonly UpstreamConnector _connector;
    private Http1UpstreamConnection? _newestIdle;
    private Http1UpstreamConnection? _oldestIdle;
    private int _idleCount;
    private int _idleHttp2Count;
    private int _connecting;
    private bool _expectsHttp2;
    private bool _handOverPosted;

    public UpstreamPool(Worker worker, ServerState server)
    {
        Worker = worker;
        Server = server;
        _waiters = new RequestQueue(worker);
        _connector = new UpstreamConnector(worker, server);
        _expectsHttp2 = server.Http2 != Http2Mode.Off;
    }

    /// <summary>The worker it belongs to.</summary>
    public Worker Worker { get; }

    /// <summary>The server.</summary>
    public ServerState Server { get; }

    private PoolLimits Limits => Server.PoolLimits;

    /// <summary>Requests of this worker that wait for a connection; read by other workers, which may see a moment ago.</summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>Idle connections; read by other workers too, which may see a moment ago.</summary>
    public int IdleCount => Volatile.Read(ref _idleCount) + Volatile.Read(ref _idleHttp2Count);

    /// <summary>Whether a connection that becomes idle is kept.</summary>
    public bool KeepsIdle =>
        Limits.IdleTimeoutMs > 0 && _idleCount + _http2.IdleCount <= Limits.IdleConnectionsMax && !Worker.IsDraining && !Server.IsRetired && !HasSiblingWaiters;

    /// <summary>Whether requests of another worker wait for the place of a connection.</summary>
    public bool HasSiblingWaiters => Worker.Siblings.HasWaiters(this);

    /// <summary>A stream of an HTTP/2 connection, or an idle connection; null when there is none, others have waited before, or the server has as many requests as it may.</summary>
    public UpstreamStream? TryRent(Exchange exchange) =>
        exchange.ServerPass.TryEnter(Server.Gate) ? (_waiters.Count == 0 ? _http2.TryRent(exchange) : null) ?? (UpstreamStream?)TryRentIdle() : null;

    /// <summary>A fresh connection, a stream on one, or what becomes free while all that are allowed are in use. Null with the reason in the exchange.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<UpstreamStream?> RentAsync(Exchange exchange)
    {
        // First a place at the server, and then a connection: so whoever has a connection needs nothing more.
        PoolLimits limits = Limits;
        long deadlineMs = Worker.Loop.NowMs + limits.QueueTimeoutMs;
        UpstreamStream? stream = null;
        if (!exchange.ServerPass.TryEnter(Server.Gate))
        {
            if (!await exchange.ServerPass.WaitAsync(Server.Gate, limits.QueueMax, limits.QueueTimeoutMs, ProxyErrorCode.QueueFull))
            {
                return null;
            }

            // By now there may be what there was none of when it came.
            stream = exchange.ReuseFailed ? null : TryRent(exchange);
        }

        stream ??= await RentAsync(exchange, deadlineMs);
        if (stream is null)
        {
            exchange.ServerPass.Leave();
        }

        return stream;
    }

    /// <summary>Takes a connection back: to whoever waits for one, to the idle ones, or to be closed.</summary>
    /// <param name="connection">In use until now, its response read whole.</param>
    /// <param name="keepAliveSeconds">The server's <c>Keep-Alive: timeout</c>, or -1.</param>
    public void Return(Http1UpstreamConnection connection, int keepAliveSeconds)
    {
        bool worn = Limits.RequestsMax > 0 && connection.RequestCount >= Limits.RequestsMax;
        if (!worn && _waiters.TryDequeue() is { } waiter)
        {
            waiter.Complete(connection);
            return;
        }

        int timeoutMs = IdleTimeoutMs(keepAliveSeconds);
        if (worn || timeoutMs <= 0 || _idleCount >= Limits.IdleConnectionsMax || Worker.IsDraining || Server.IsRetired)
        {
            connection.Close();
            return;
        }

        connection.BeginIdle(timeoutMs);
        connection.Next = _newestIdle;
        if (_newestIdle is not null)
        {
            _newestIdle.Previous = connection;
        }

        _newestIdle = connection;
        _oldestIdle ??= connection;
        _idleCount++;
        if (Worker.Siblings.HasWaiters(this))
        {
            CloseOneIdle();
        }
    }

    /// <summary>Takes a connection out of the idle ones.</summary>
    public void Remove(Http1UpstreamConnection connection)
    {
        Debug.Assert(_idleCount > 0, "Only an idle connection is removed.");
        connection.EndIdle();
        if (connection.Previous is null)
        {
            _newestIdle = connection.Next;
        }
        else
        {
            connection.Previous.Next = connection.Next;
        }

        if (connection.Next is null)
        {
            _oldestIdle = connection.Previous;
        }
        else
        {
            connection.Next.Previous = connection.Previous;
        }

        connection.Next = null;
        connection.Previous = null;
        _idleCount--;
    }

    /// <summary>Counts a closed connection, and lets the next waiting request make one in its place.</summary>
    public void OnClosed(Http1UpstreamConnection connection)
    {
        Debug.Assert(connection.Socket.IsClosed, "It is closed first.");
        ReleaseSlot();
    }

    /// <inheritdoc cref="OnClosed(Http1UpstreamConnection)"/>
    public void OnClosed(Http2UpstreamConnection connection)
    {
        Debug.Assert(connection.Socket.IsClosed, "It is closed first.");
        _http2.Remove(connection);
        CountIdleHttp2();
        ReleaseSlot();
    }

    /// <summary>A connection of HTTP/2 can be used: those that have waited for it go on, as far as there is room, and the others make another.</summary>
    public void OnHttp2Started()
    {
        _connecting--;
        WakeAll();
    }

    /// <summary>A connection didn't begin HTTP/2: those that have waited for it fail with it, unless there is another.</summary>
    public void OnHttp2NotStarted(ProxyErrorCode error, string? detail)
    {
        _connecting--;
        Worker.ReportUnreachable(Server, error, detail);
        FailConnectWaiters(error);
    }

    /// <summary>A stream is free, or a connection: those who wait for one get it in the loop's next turn.</summary>
    public void OnStreamClosed()
    {
        if (_waiters.Count > 0 && !_handOverPosted)
        {
            // Not from here: the connection is in the middle of something.
            _handOverPosted = true;
            Worker.Loop.Post(static state => ((UpstreamPool)state!).HandOver(), this);
        }
    }

    /// <summary>Gives streams that are free to requests that wait.</summary>
    public void HandOver()
    {
        _handOverPosted = false;
        while (_waiters.Count > 0 && _http2.TryRent(null) is { } stream)
        {
            _waiters.TryDequeue()!.Complete(stream);
        }
    }

    /// <summary>An object for a request's side of an HTTP/2 connection.</summary>
    public Http2UpstreamStream RentStream() => _freeStreams.Count > 0 ? _freeStreams.Pop() : new Http2UpstreamStream(this);

    /// <summary>Takes it back.</summary>
    public void ReturnStream(Http2UpstreamStream stream) => _freeStreams.Push(stream);

    /// <summary>Tells other workers how many connections of HTTP/2 could give way.</summary>
    public void CountIdleHttp2() => Volatile.Write(ref _idleHttp2Count, _http2.IdleCount);

    /// <summary>Lets one waiting request try again; called on this pool's loop. When it has given up meanwhile, a sibling's may.</summary>
    public void WakeOne()
    {
        if (_waiters.TryDequeue() is { } waiter)
        {
            waiter.Complete(null);
        }
        else
        {
            Worker.Siblings.WakeWaiter(this);
        }
    }

    /// <summary>Lets every waiting request try again, because the limits have changed; called on this pool's loop.</summary>
    public void WakeAll()
    {
        // Those that find no place wait again, behind the others; each gets one turn.
        for (int left = _waiters.Count; left > 0 && _waiters.TryDequeue() is { } waiter; left--)
        {
            waiter.Complete(null);
        }
    }

    /// <summary>Closes the connection that has been idle for the longest, for a request elsewhere that waits for its place.</summary>
    public void CloseOneIdle()
    {
        if (_oldestIdle is { } connection)
        {
            Remove(connection);
            connection.Close();
        }
        else
        {
            _http2.CloseOneIdle();
        }
    }

    /// <summary>Closes all idle connections; those of HTTP/2 that are in use take no more requests.</summary>
    public void CloseIdle()
    {
        CloseIdleHttp1();
        _http2.Retire();
    }

    /// <summary>Closes all idle connections; those in use stay as they are.</summary>
    public void Shrink()
    {
        CloseIdleHttp1();
        _http2.CloseIdle();
    }

    /// <summary>How long connections may be idle has changed.</summary>
    public void AdjustIdle()
    {
        for (Http1UpstreamConnection? connection = _newestIdle; connection is not null; connection = connection.Next)
        {
            connection.AdjustIdle();
        }

        _http2.AdjustIdle();
    }

    /// <summary>Closes everything at once that no exchange holds alone.</summary>
    public void Abort()
    {
        CloseIdle();
        _http2.Abort();
    }

    private void CloseIdleHttp1()
    {
        while (_newestIdle is { } connection)
        {
            Remove(connection);
            connection.Close();
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<UpstreamStream?> RentAsync(Exchange exchange, long deadlineMs)
    {
        UpstreamStream? stream = null;
        while (stream is null && !exchange.HasFailed)
        {
            bool waitsForConnect = WaitsForConnect;
            bool waitsForServer = !waitsForConnect && _http2.IsHeldBack;
            if (!waitsForConnect && !waitsForServer && TryAddConnection())
            {
                stream = await ConnectAsync(exchange);
                continue;
            }

            // Whoever refused it may be all there is.
            stream = exchange.RefusedBy is null ? null : _http2.TryRent(null);
            if (stream is not null)
            {
                return stream;
            }

            if (!_waiters.TryMakeRoom(exchange, Limits.QueueMax, ProxyErrorCode.QueueFull))
            {
                exchange.Fail(ProxyErrorCode.QueueFull);
                return null;
            }

            QueuedRequest waiter = Enqueue(exchange, waitsForConnect, waitsForPlace: !waitsForConnect && !waitsForServer);
            stream = await waiter.WaitAsync((int)Math.Max(deadlineMs - Worker.Loop.NowMs, 1));
            exchange.Waiting = null;
            _waiters.Recycle(waiter);
            stream ??= exchange.HasFailed ? null : _http2.TryRent(exchange);
        }

        return stream;
    }

    private Http1UpstreamConnection? TryRentIdle()
    {
        Http1UpstreamConnection? connection = _newestIdle;
        if (connection is not null)
        {
            Remove(connection);
        }

        return connection;
    }

    private void ReleaseSlot()
    {
        Server.RemoveConnection();
        if (_waiters.Count > 0)
        {
            // Not from here: where connecting fails at once, each waiter would wake the next on top of its own stack.
            Worker.Loop.Post(static state => ((UpstreamPool)state!).WakeOne(), this);
        }
        else if (Limits.ConnectionsMax > 0)
        {
            Worker.Siblings.WakeWaiter(this);
        }
    }

    // A connection of this worker that is idle gives way: a request that must not have it, after another one failed, would wait for its end.
    private bool TryAddConnection()
    {
        if (Server.TryAddConnection())
        {
            return true;
        }

        CloseOneIdle();
        return Server.TryAddConnection();
    }

    // As many as a connection takes that is being made wait for it.
    private bool WaitsForConnect => _expectsHttp2 && _connecting > 0 && _waiters.Count < (long)_connecting * Limits.StreamsMax;

    private QueuedRequest Enqueue(Exchange exchange, bool waitsForConnect, bool waitsForPlace)
    {
        QueuedRequest waiter = _waiters.Enqueue(exchange, waitsForConnect);
        if (!waitsForPlace)
        {
            return waiter;
        }

        if (Server.Connections < Limits.ConnectionsMax)
        {
            // A place became free before the waiter could be seen.
            Worker.Loop.Post(static state => ((UpstreamPool)state!).WakeOne(), this);
        }
        else
        {
            Worker.Siblings.AskForIdle(this);
        }

        return waiter;
    }

    private int IdleTimeoutMs(int keepAliveSeconds)
    {
        // One second less than the server says, so that a request doesn't meet the server's close on its way.
        int promisedMs = keepAliveSeconds < 0 ? int.MaxValue : (int)Math.Min(((long)keepAliveSeconds - 1) * 1000, int.MaxValue);
        return Math.Min(Limits.IdleTimeoutMs, promisedMs);
    }

    // What both sides speak is known once the connection is made. Null with the reason in the exchange, or when the server takes no request at the moment.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<UpstreamStream?> ConnectAsync(Exchange exchange)
    {
        _connecting++;
        StreamSocket? socket = await _connector.ConnectAsync(exchange);
        if (socket is null)
        {
            _connecting--;
            // One that was given up, by its client or by its own limits, says nothing to the others.
            if (ProxyErrors.Get(exchange.Error).Retry == RetryRule.NothingSent)
            {
                FailConnectWaiters(exchange.Error);
            }

            ReleaseSlot();
            return null;
        }

        if (SpeaksHttp2(socket))
        {
            return await BeginHttp2Async(exchange, socket);
        }

        _connecting--;
        if (_expectsHttp2)
        {
            // Those that wait to share it need connections of their own.
            _expectsHttp2 = false;
            WakeAll();
        }

        return new Http1UpstreamConnection(this, socket);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<UpstreamStream?> BeginHttp2Async(Exchange exchange, StreamSocket socket)
    {
        _expectsHttp2 = true;
        var connection = new Http2UpstreamConnection(this, socket);
        _http2.Add(connection);
        _ = connection.RunAsync();
        exchange.Waiting = connection;
        bool isReady = await connection.WaitUntilReadyAsync();
        exchange.Waiting = null;
        UpstreamStream? stream = isReady && connection.HasStreams && !exchange.HasFailed ? connection.Rent() : null;
        if (!isReady)
        {
            exchange.Fail(connection.StartError);
        }

        connection.EndStart();
        return stream;
    }

    private bool SpeaksHttp2(StreamSocket socket) => Server.Http2 switch
    {
        Http2Mode.PriorKnowledge => true,
        Http2Mode.Negotiated => socket.Tls is { } tls && tls.Protocol.SequenceEqual("h2"u8),
        _ => false,
    };

    private void FailConnectWaiters(ProxyErrorCode error)
    {
        // One that fails may begin anew, which makes another connection.
        while (_connecting == 0 && !_http2.HasUsable && FindConnectWaiter() is { } waiter)
        {
            _waiters.Forget(waiter);
            waiter.Fail(error);
        }
    }

    private QueuedRequest? FindConnectWaiter()
    {
        QueuedRequest? waiter = _waiters.First;
        while (waiter is { WaitsForConnect: false })
        {
            waiter = waiter.Next;
        }

        return waiter;
    }
}
