using System.Diagnostics;
using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Proxy.Balancing;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Compression;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Files;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Workers;

/// <summary>Everything of the proxy that lives on one event loop: its listeners, client connections, upstream pools and exchanges.</summary>
/// <remarks>Members are for the loop alone unless they say otherwise. Workers share <see cref="ServerShared"/> and nothing else.</remarks>
public sealed class Worker
{
    private static readonly byte[] RefusalBytes =
        [.. "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"u8];

    // Each is two descriptors.
    private const int FreePipesMax = 64;

    private readonly ServerShared _shared;
    private readonly List<WorkerListener> _listeners = [];
    private readonly List<UpstreamPool> _pools = [];
    private readonly Stack<Exchange> _freeExchanges = new();
    private readonly Stack<SplicePipe> _freePipes = new();
    private readonly List<FileCache> _files = [];
    private AccessLogWriter? _accessLog;
    private byte[]? _sectionBuffer;
    private ClientConnection? _connections;
    private long _lastRequestId;

    internal Worker(EventLoop loop, ServerShared shared)
    {
        Loop = loop;
        _shared = shared;
        Clock = new WorkerClock(loop);
        Pipeline = new RequestPipeline(this);
        Mirrors = new MirrorSet(this);
        Checks = new CheckSet(this);
        Compression = new WorkerCompression(this);
    }

    /// <summary>The event loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>Its number among its siblings, from 0.</summary>
    public int Index => Loop.Index;

    /// <summary>Limits and timeouts of what belongs to no request, such as a connection that waits for one.</summary>
    public ProxyLimits Limits => _shared.Snapshot.Plan.Limits;

    /// <summary>Whether the server is stopping: connections end with the request in progress.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>What is served now; a request reads it once, when it begins.</summary>
    internal ProxySnapshot Snapshot => _shared.Snapshot;

    /// <summary>What is done against overload now; one volatile read.</summary>
    internal OverloadState Overload => _shared.Overload;

    /// <summary>What became of handshakes with clients.</summary>
    public TlsCounters Tls { get; } = new();

    /// <summary>What was turned away because of overload.</summary>
    public OverloadCounters TurnedAway { get; } = new();

    /// <summary>What the cache had to do with requests.</summary>
    public CacheCounters Cache { get; } = new();

    /// <summary>What became of HTTP/2 connections with clients.</summary>
    public Http2Counters Http2 { get; } = new();

    /// <summary>What became of HTTP/2 connections to servers.</summary>
    public Http2Counters UpstreamHttp2 { get; } = new();

    /// <summary>Reads the heads of HTTP/2 responses, one after another.</summary>
    internal ResponseSectionReader ResponseSection { get; } = new();

    /// <summary>Reads the heads of HTTP/2 requests, one after another.</summary>
    internal RequestSectionReader RequestSection { get; } = new();

    /// <summary>Memory for field blocks while they are decoded or put together; nothing stays in it. Room for three heads of the largest size.</summary>
    internal byte[] SectionBuffer => _sectionBuffer ??= new byte[3 * BufferPool.LengthOf(BufferSize.Large)];

    /// <summary>Certificates that are obtained while the program runs.</summary>
    internal InstalledCertificates Certificates => _shared.Certificates;

    internal WorkerClock Clock { get; }

    /// <summary>Draws lots that are no secret, such as shares of traffic.</summary>
    internal Random Random { get; } = new();

    internal RequestPipeline Pipeline { get; }

    internal MirrorSet Mirrors { get; }

    internal CheckSet Checks { get; }

    /// <summary>What responses are kept in, by all workers.</summary>
    internal CacheStore CacheStore => _shared.Cache;

    /// <summary>The fetches of the cache that run here.</summary>
    internal HashSet<Fetch> Fetches { get; } = [];

    /// <summary>Those of them that nobody reads any more.</summary>
    internal OrphanedFetches Orphans { get; } = new();

    /// <summary>What it has for compressing responses.</summary>
    internal WorkerCompression Compression { get; }

    internal WorkerSiblings Siblings => _shared.Siblings;

    internal UpstreamWatch Watch => _shared.Watch;

    /// <summary>Takes a connection in, or refuses it where there are too many.</summary>
    internal void Accept(ListenerState listener, StreamSocket socket, PeerAddress peer)
    {
        if (Overload.Is(OverloadStep.Refuse))
        {
            TurnedAway.CountRefused();
            Refuse(socket, ProxyErrorCode.Overloaded);
            return;
        }

        var address = new IpAddress(peer.Address);
        ProxyErrorCode refused = _shared.AddConnection(listener, address, out bool isCountedByClient);
        if (refused != ProxyErrorCode.None)
        {
            Refuse(socket, refused);
            return;
        }

        var connection = new ClientConnection(this, socket, address, listener) { Next = _connections, IsCountedByClient = isCountedByClient };
        if (_connections is not null)
        {
            _connections.Previous = connection;
        }

        _connections = connection;
        _ = connection.RunAsync();
    }

    /// <summary>Tells the operator that accepting has to wait.</summary>
    internal void ReportAcceptPaused(ListenerState listener, int error) => _shared.Log.Limited(
        "accept", $"out of file descriptors or memory (errno {error}): accepting on {listener.Plan.Text} pauses until some are free");

    /// <summary>Starts accepting.</summary>
    internal void Listen(ListenerState listener) => _listeners.Add(new WorkerListener(this, listener));

    /// <summary>Stops accepting on a listener that a reload removed. What came in by it ends with the request in progress.</summary>
    internal void StopListening(ListenerState state)
    {
        foreach (WorkerListener listener in _listeners.Where(listener => listener.State == state).ToList())
        {
            listener.Close();
            _listeners.Remove(listener);
        }

        ForEachConnection(connection =>
        {
            if (connection.Listener == state)
            {
                connection.Drain();
            }
        });
    }

    /// <summary>Takes note of a pool of this worker's.</summary>
    internal void OnPoolAdded(UpstreamPool pool)
    {
        // One of a retired server keeps nothing that would have to be closed later.
        if (!pool.Server.IsRetired)
        {
            _pools.Add(pool);
        }
    }

    /// <summary>Closes the idle connections to a server that no configuration has any more; those in use close when they are given back.</summary>
    internal void Retire(ServerState server)
    {
        if (server.PoolAt(Index) is { } pool)
        {
            pool.CloseIdle();
            _pools.Remove(pool);
        }
    }

    /// <summary>Has connections that are idle wait for as long as they may by now.</summary>
    internal void AdjustIdle()
    {
        ForEachConnection(static connection => connection.AdjustIdle());
        foreach (UpstreamPool pool in _pools)
        {
            pool.AdjustIdle();
        }
    }

    /// <summary>Gives up what is only kept for later: idle connections to servers, pipes, exchanges, buffers.</summary>
    internal void Shrink()
    {
        foreach (UpstreamPool pool in _pools)
        {
            pool.Shrink();
        }

        ClosePipes();
        _files.ForEach(static files => files.Clear());
        _freeExchanges.Clear();
        Compression.Codecs.Clear();
        Loop.Buffers.Trim();
    }

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

    /// <summary>Takes note of files that are kept open.</summary>
    internal void OnFilesOpened(FileCache files)
    {
        if (!_files.Contains(files))
        {
            _files.Add(files);
        }
    }

    /// <summary>Forgets files of which none is open any more.</summary>
    internal void OnFilesClosed(FileCache files) => _files.Remove(files);

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
            if (exchange.Snapshot.Plan.AccessLog)
            {
                _accessLog ??= new AccessLogWriter(this, _shared.AccessLog);
                _accessLog.Write(exchange);
            }
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

        _shared.RemoveConnection(connection.Listener, connection.Peer, connection.IsCountedByClient);
    }

    /// <summary>Tells the operator that a server can't be connected to; at most once a second for each.</summary>
    internal void ReportUnreachable(ServerState server, ProxyErrorCode error, string? detail)
    {
        if (server.IsProbe)
        {
            server.Trouble = detail;
            return;
        }

        ProxyErrorInfo info = ProxyErrors.Get(error);
        _shared.Log.Limited(server.Name, $"server {server.Name}: {info.Name}: {detail ?? info.Text}");
    }

    /// <summary>Counts a handshake that failed, and tells the operator; at most once a second for each reason.</summary>
    internal void ReportHandshake(ListenerState listener, ProxyErrorCode reason, string? detail)
    {
        Tls.CountFailure(reason);
        string name = ProxyErrors.Get(reason).Name;
        _shared.Log.Limited(name, $"{name}: a handshake on {listener.Plan.Text} failed{(detail is null ? "" : ": " + detail)}");
    }

    /// <summary>Counts what a client did wrong on an HTTP/2 connection, and tells the operator; at most once a second for each reason.</summary>
    internal void ReportHttp2(ListenerState listener, Http2Fault fault)
    {
        Http2.CountFault(fault);
        string name = Http2Faults.NameOf(fault);
        _shared.Log.Limited(name, $"{name}: an HTTP/2 client on {listener.Plan.Text} was cut off");
    }

    /// <summary>Counts what a server did wrong on an HTTP/2 connection, and tells the operator; at most once a second for each server.</summary>
    internal void ReportHttp2(ServerState server, Http2Fault fault)
    {
        if (server.IsProbe)
        {
            server.Trouble = Http2Faults.NameOf(fault);
            return;
        }

        UpstreamHttp2.CountFault(fault);
        _shared.Log.Limited("http2 " + server.Name, $"server {server.Name}: {Http2Faults.NameOf(fault)}: it broke HTTP/2, and its connection was closed");
    }

    /// <summary>Tells the operator that a server ended an HTTP/2 connection because of this side; at most once a second for each server.</summary>
    internal void ReportGoAway(ServerState server, Http2ErrorCode error)
    {
        if (!server.IsProbe)
        {
            _shared.Log.Limited("goaway " + server.Name, $"server {server.Name}: it ended an HTTP/2 connection: {error}");
        }
    }

    /// <summary>Tells the operator that compression gives way; at most once a second. The text is whole, since this may be said for each request.</summary>
    internal void ReportCompression(string text) => _shared.Log.Limited("compression", text);

    /// <summary>Reports a bug: an exception where none can be, by construction.</summary>
    internal void OnBug(Exception exception) => _shared.Log.Bug(exception);

    /// <summary>Stops accepting, and lets every connection end with the request in progress.</summary>
    internal void Drain()
    {
        IsDraining = true;
        Checks.Stop();
        _listeners.ForEach(listener => listener.Close());

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
        Mirrors.Abort();
        foreach (Fetch fetch in Fetches.ToList())
        {
            fetch.Cancel();
        }

        foreach (UpstreamPool pool in _pools)
        {
            pool.Abort();
        }

        ClosePipes();
        _files.ForEach(static files => files.Clear());
        _accessLog?.Flush();
    }

    private void ClosePipes()
    {
        while (_freePipes.TryPop(out SplicePipe? pipe))
        {
            pipe.Close();
        }
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
