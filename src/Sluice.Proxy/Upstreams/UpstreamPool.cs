using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Upstreams;

/// <summary>One worker's connections to one server: the idle ones, last used first, and the requests that wait for one.</summary>
/// <remarks>
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
/// </remarks>
internal sealed class UpstreamPool
{
    private readonly Stack<PoolWaiter> _freeWaiters = new();
    private readonly Stack<PendingConnect> _freeConnects = new();
    private readonly Stack<PendingHandshake> _freeHandshakes = new();
    private readonly TlsSessionSlot _sessions = new();
    private PoolWaiter? _firstWaiter;
    private PoolWaiter? _lastWaiter;
    private Http1UpstreamConnection? _newestIdle;
    private Http1UpstreamConnection? _oldestIdle;
    private int _idleCount;
    private int _waiterCount;
    private uint _nextTarget;

    public UpstreamPool(Worker worker, ServerState server)
    {
        Worker = worker;
        Server = server;
    }

    /// <summary>The worker it belongs to.</summary>
    public Worker Worker { get; }

    /// <summary>The server.</summary>
    public ServerState Server { get; }

    private PoolLimits Limits => Server.PoolLimits;

    /// <summary>Requests of this worker that wait for a connection; read by other workers, which may see a moment ago.</summary>
    public int WaiterCount => Volatile.Read(ref _waiterCount);

    /// <summary>Idle connections; read by other workers too.</summary>
    public int IdleCount => Volatile.Read(ref _idleCount);

    /// <summary>An idle connection, or null when there is none.</summary>
    public Http1UpstreamConnection? TryRentIdle()
    {
        Http1UpstreamConnection? connection = _newestIdle;
        if (connection is not null)
        {
            Remove(connection);
        }

        return connection;
    }

    /// <summary>A fresh connection, or one that becomes free while all that are allowed are in use. Null with the reason in the exchange.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<Http1UpstreamConnection?> RentAsync(Exchange exchange)
    {
        long deadlineMs = Worker.Loop.NowMs + Limits.QueueTimeoutMs;
        while (!TryAddConnection())
        {
            if (_waiterCount >= Limits.QueueMax)
            {
                exchange.Fail(ProxyErrorCode.QueueFull);
                return null;
            }

            PoolWaiter waiter = Enqueue(exchange);
            Http1UpstreamConnection? handed = await waiter.WaitAsync((int)Math.Max(deadlineMs - Worker.Loop.NowMs, 1));
            exchange.Waiting = null;
            _freeWaiters.Push(waiter);
            if (handed is not null || exchange.HasFailed)
            {
                return handed;
            }
        }

        return await ConnectAsync(exchange);
    }

    /// <summary>Takes a connection back: to whoever waits for one, to the idle ones, or to be closed.</summary>
    /// <param name="connection">In use until now, its response read whole.</param>
    /// <param name="keepAliveSeconds">The server's <c>Keep-Alive: timeout</c>, or -1.</param>
    public void Return(Http1UpstreamConnection connection, int keepAliveSeconds)
    {
        bool worn = Limits.RequestsMax > 0 && connection.RequestCount >= Limits.RequestsMax;
        if (!worn && TryDequeue() is { } waiter)
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

    /// <summary>Lets one waiting request try again; called on this pool's loop. When it has given up meanwhile, a sibling's may.</summary>
    public void WakeOne()
    {
        if (TryDequeue() is { } waiter)
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
        for (int left = _waiterCount; left > 0 && TryDequeue() is { } waiter; left--)
        {
            waiter.Complete(null);
        }
    }

    /// <summary>Takes a waiter that gives up out of the queue.</summary>
    public void Forget(PoolWaiter waiter)
    {
        if (waiter.Previous is null)
        {
            _firstWaiter = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _lastWaiter = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
        Volatile.Write(ref _waiterCount, _waiterCount - 1);
    }

    /// <summary>Closes the connection that has been idle for the longest, for a request elsewhere that waits for its place.</summary>
    public void CloseOneIdle()
    {
        if (_oldestIdle is { } connection)
        {
            Remove(connection);
            connection.Close();
        }
    }

    /// <summary>Closes all idle connections.</summary>
    public void CloseIdle()
    {
        while (_newestIdle is { } connection)
        {
            Remove(connection);
            connection.Close();
        }
    }

    private void ReleaseSlot()
    {
        Server.RemoveConnection();
        if (_waiterCount > 0)
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

    private PoolWaiter Enqueue(Exchange exchange)
    {
        PoolWaiter waiter = _freeWaiters.Count > 0 ? _freeWaiters.Pop() : new PoolWaiter(this);
        waiter.Begin(exchange);
        exchange.Waiting = waiter;
        waiter.Previous = _lastWaiter;
        if (_lastWaiter is not null)
        {
            _lastWaiter.Next = waiter;
        }

        _firstWaiter ??= waiter;
        _lastWaiter = waiter;
        Volatile.Write(ref _waiterCount, _waiterCount + 1);
        Interlocked.MemoryBarrier();
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

    private PoolWaiter? TryDequeue()
    {
        PoolWaiter? waiter = _firstWaiter;
        if (waiter is not null)
        {
            Forget(waiter);
        }

        return waiter;
    }

    private int IdleTimeoutMs(int keepAliveSeconds)
    {
        // One second less than the server says, so that a request doesn't meet the server's close on its way.
        int promisedMs = keepAliveSeconds < 0 ? int.MaxValue : (int)Math.Min(((long)keepAliveSeconds - 1) * 1000, int.MaxValue);
        return Math.Min(Limits.IdleTimeoutMs, promisedMs);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<Http1UpstreamConnection?> ConnectAsync(Exchange exchange)
    {
        IReadOnlyList<SocketTarget> targets = Server.Targets;
        if (targets.Count == 0)
        {
            Unreachable(exchange, ProxyErrorCode.DnsFailed);
            return null;
        }

        // A name with several addresses: each connection takes the next one.
        SocketTarget target = targets[(int)(_nextTarget++ % (uint)targets.Count)];
        PendingConnect pending = _freeConnects.Count > 0 ? _freeConnects.Pop() : new PendingConnect(Worker.Loop);
        exchange.Waiting = pending;
        IoResult result = await pending.Connector.ConnectAsync(target, exchange.Limits.ConnectTimeoutMs);
        exchange.Waiting = null;
        StreamSocket? socket = pending.Connector.TakeSocket();
        _freeConnects.Push(pending);
        if (socket is not null && (Server.Tls is null || await HandshakeAsync(exchange, Server.Tls, socket)))
        {
            return new Http1UpstreamConnection(this, socket);
        }

        if (socket is not null)
        {
            return null;
        }

        Unreachable(exchange, result.IsCanceled ? ProxyErrorCode.ClientGone
            : result.IsTimedOut ? ProxyErrorCode.ConnectTimeout
            : result.Error == IoErrors.ConnectionRefused ? ProxyErrorCode.ConnectRefused
            : ProxyErrorCode.ConnectFailed);
        return null;
    }

    // Encrypts a connection that was made; false with the reason in the exchange, and the connection closed.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<bool> HandshakeAsync(Exchange exchange, UpstreamTls tls, StreamSocket socket)
    {
        PendingHandshake pending = _freeHandshakes.Count > 0 ? _freeHandshakes.Pop() : new PendingHandshake(Worker.Loop);
        pending.Begin(socket, exchange.Limits.ConnectTimeoutMs);
        exchange.Waiting = pending;
        IoResult result = await socket.ConnectTlsAsync(tls.Context, Server.TlsName, _sessions);
        exchange.Waiting = null;
        pending.End();
        _freeHandshakes.Push(pending);
        if (!result.IsError)
        {
            return true;
        }

        ProxyErrorCode error = result.IsCanceled ? ProxyErrorCode.ClientGone
            : result.IsTimedOut ? ProxyErrorCode.ConnectTimeout
            : socket.Tls is { Failure: TlsFailure.CertificateInvalid } ? ProxyErrorCode.UpstreamCertificateInvalid
            : ProxyErrorCode.UpstreamTlsFailed;
        string? detail = socket.Tls?.FailureText;
        socket.Close();
        Unreachable(exchange, error, detail);
        return false;
    }

    private void Unreachable(Exchange exchange, ProxyErrorCode error, string? detail = null)
    {
        ReleaseSlot();
        exchange.Fail(error);
        if (error != ProxyErrorCode.ClientGone)
        {
            Worker.ReportUnreachable(Server, error, detail);
        }
    }
}
