using System.Diagnostics;
using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Balancing;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Workers;

/// <summary>Everything of the proxy that lives on one event loop: its listeners, client connections, upstream pools and exchanges.</summary>
/// <remarks>Members are for the loop alone unless they say otherwise. Workers share <see cref="ServerShared"/> and nothing else.</remarks>
public sealed class Worker : IAcceptor
{
    private static readonly byte[] RefusalBytes =
        [.. "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"u8];

    // Together with three copies of a host and the fields that are added, below the 128 KiB of the largest buffer.
    private const int StartLineBytesMax = 16 * 1024;
    private const int FieldSectionBytesMax = 80 * 1024;

    // Each is two descriptors.
    private const int FreePipesMax = 64;

    private readonly ServerShared _shared;
    private readonly List<Listener> _listeners = [];
    private readonly Stack<Exchange> _freeExchanges = new();
    private readonly Stack<SplicePipe> _freePipes = new();
    private readonly UpstreamPool[] _pools;
    private readonly Balancer[] _balancers;
    private readonly AccessLogWriter? _accessLog;
    private readonly byte[][] _listenerNames;
    private ClientConnection? _connections;
    private long _lastRequestId;

    internal Worker(EventLoop loop, ServerShared shared)
    {
        Loop = loop;
        _shared = shared;
        ProxySnapshot snapshot = shared.Snapshot;
        Limits = snapshot.Plan.Limits;
        RequestHeadLimits = HeadLimitsOf(Limits.RequestLineBytesMax, Limits.RequestFieldBytesMax, Limits.RequestFieldCountMax);
        ResponseHeadLimits = HeadLimitsOf(Limits.ResponseHeadBytesMax, Limits.ResponseHeadBytesMax, Limits.ResponseFieldCountMax);
        Clock = new WorkerClock(loop);
        Pipeline = new RequestPipeline(this);
        _pools = [.. snapshot.Servers.Select(server => new UpstreamPool(this, server))];
        _balancers = [.. snapshot.Upstreams.Select(upstream => Balancer.Create(upstream, loop.Index))];
        _listenerNames = [.. snapshot.Plan.Listeners.Select(listener => Encoding.UTF8.GetBytes(listener.Text))];
        _accessLog = shared.AccessLog is null ? null : new AccessLogWriter(this, shared.AccessLog);
    }

    /// <summary>The event loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>Its number among its siblings, from 0.</summary>
    public int Index => Loop.Index;

    /// <summary>The plan that is served.</summary>
    public ProxyPlan Plan => _shared.Snapshot.Plan;

    /// <summary>Its limits.</summary>
    public ProxyLimits Limits { get; }

    /// <summary>Whether the server is stopping: connections end with the request in progress.</summary>
    public bool IsDraining { get; private set; }

    internal HeadLimits RequestHeadLimits { get; }

    internal HeadLimits ResponseHeadLimits { get; }

    internal WorkerClock Clock { get; }

    internal RequestPipeline Pipeline { get; }

    internal RouteTable Routes => _shared.Snapshot.Routes;

    internal WorkerSiblings Siblings => _shared.Siblings;

    /// <inheritdoc/>
    void IAcceptor.OnAccepted(Listener listener, StreamSocket socket, PeerAddress peer)
    {
        ProxyErrorCode refused = _shared.AddConnection(new IpAddress(peer.Address));
        if (refused != ProxyErrorCode.None)
        {
            Refuse(socket, refused);
            return;
        }

        var connection = new ClientConnection(this, socket, peer, listener.Index) { Next = _connections };
        if (_connections is not null)
        {
            _connections.Previous = connection;
        }

        _connections = connection;
        _ = connection.RunAsync();
    }

    /// <inheritdoc/>
    void IAcceptor.OnAcceptPaused(Listener listener, int error) =>
        _shared.Log.Limited("accept", $"out of file descriptors or memory (errno {error}): accepting on listener {listener.Index} pauses until some are free");

    /// <summary>Starts accepting from a socket.</summary>
    internal void Listen(ListeningSocket socket, int index) => _listeners.Add(new Listener(Loop, socket, index, this));

    /// <summary>This worker's connections to a server. Any thread may read the pool's waiter count; all else is for this loop.</summary>
    internal UpstreamPool PoolOf(ServerState server) => _pools[server.Id];

    /// <summary>This worker's balancer of an upstream.</summary>
    internal Balancer BalancerOf(UpstreamState upstream) => _balancers[upstream.Id];

    /// <summary>A listener's address as the operator wrote it.</summary>
    internal ReadOnlySpan<byte> ListenerName(int index) => _listenerNames[index];

    /// <summary>An exchange for a request that begins.</summary>
    internal Exchange RentExchange()
    {
        Exchange exchange = _freeExchanges.Count > 0 ? _freeExchanges.Pop() : new Exchange(this);
        return exchange;
    }

    /// <summary>A number for the next request, unique within the process.</summary>
    internal long NextRequestId() => ((long)Index << 48) | ++_lastRequestId;

    /// <summary>A pipe for a splice, empty; null when there are no descriptors for one.</summary>
    internal SplicePipe? RentPipe() => _freePipes.Count > 0 ? _freePipes.Pop() : SplicePipe.TryCreate(Loop);

    /// <summary>Takes a pipe back; one that still holds something of a broken exchange is closed.</summary>
    internal void ReturnPipe(SplicePipe pipe)
    {
        if (pipe.Buffered > 0 || _freePipes.Count >= FreePipesMax)
        {
            pipe.Close();
        }
        else
        {
            _freePipes.Push(pipe);
        }
    }

    /// <summary>Takes an exchange back.</summary>
    internal void ReturnExchange(Exchange exchange)
    {
        exchange.Reset();
        _freeExchanges.Push(exchange);
    }

    /// <summary>Records how a request ended, exactly once for each.</summary>
    internal void Log(Exchange exchange)
    {
        if (!exchange.IsLogged)
        {
            exchange.IsLogged = true;
            _accessLog?.Write(exchange);
        }
    }

    /// <summary>Forgets a closed client connection.</summary>
    internal void Remove(ClientConnection connection)
    {
        if (connection.Previous is null)
        {
            Debug.Assert(ReferenceEquals(_connections, connection), "The first of the list has nobody before it.");
            _connections = connection.Next;
        }
        else
        {
            connection.Previous.Next = connection.Next;
        }

        if (connection.Next is not null)
        {
            connection.Next.Previous = connection.Previous;
        }

        _shared.RemoveConnection(connection.Peer);
    }

    /// <summary>Tells the operator that a server can't be connected to; at most once a second for each.</summary>
    internal void ReportUnreachable(ServerState server, ProxyErrorCode error)
    {
        ProxyErrorInfo info = ProxyErrors.Get(error);
        _shared.Log.Limited(server.Name, $"server {server.Name}: {info.Name}: {info.Text}");
    }

    /// <summary>Reports a bug: an exception where none can be, by construction.</summary>
    internal void OnBug(Exception exception) => _shared.Log.Bug(exception);

    /// <summary>Stops accepting, and lets every connection end with the request in progress.</summary>
    internal void Drain()
    {
        IsDraining = true;
        foreach (Listener listener in _listeners)
        {
            listener.AcceptQueued();
            listener.Close();
        }

        ForEachConnection(static connection => connection.Drain());
        foreach (UpstreamPool pool in _pools)
        {
            pool.CloseIdle();
        }
    }

    /// <summary>Ends every connection at once, and writes out the log.</summary>
    internal void Abort()
    {
        ForEachConnection(static connection => connection.Abort());
        foreach (UpstreamPool pool in _pools)
        {
            pool.CloseIdle();
        }

        while (_freePipes.TryPop(out SplicePipe? pipe))
        {
            pipe.Close();
        }

        _accessLog?.Flush();
    }

    private void ForEachConnection(Action<ClientConnection> action)
    {
        for (ClientConnection? connection = _connections; connection is not null;)
        {
            // Read first: the action may end the connection, which takes it out of the list.
            ClientConnection? next = connection.Next;
            action(connection);
            connection = next;
        }
    }

    // A head has to fit into the largest buffer with what is added to it, whatever the configuration allows.
    private static HeadLimits HeadLimitsOf(int lineBytesMax, int fieldBytesMax, int fieldCountMax) =>
        new(Math.Min(lineBytesMax, StartLineBytesMax), Math.Min(fieldBytesMax, FieldSectionBytesMax), fieldCountMax);

    // Over the limit a connection is answered with a few words and closed, whatever it was about to ask.
    private void Refuse(StreamSocket socket, ProxyErrorCode reason)
    {
        string name = ProxyErrors.Get(reason).Name;
        _shared.Log.Limited(name, $"{name}: a client connection was refused");
        byte[] answer = RefusalBytes;
        _ = socket.SendAsync(answer, 0, answer.Length);
        socket.Close();
    }
}
