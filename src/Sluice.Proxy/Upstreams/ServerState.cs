using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Upstreams;

/// <summary>What is known of one server while the program runs; shared by all workers. It outlives reloads that keep the server in its upstream.</summary>
/// <remarks>
/// Counters are atomic; the addresses, the limits and whether it is retired are one volatile value each, set by whoever resolves names or reloads. A
/// worker's pool is made and replaced by that worker alone. Nothing else is shared between workers about a server.
/// </remarks>
public sealed class ServerState
{
    private readonly UpstreamPool?[] _pools;
    private int _activeRequests;
    private int _connections;
    private volatile SocketTarget[] _targets = [];
    private volatile PoolLimits _poolLimits;
    private volatile bool _isRetired;

    /// <summary>Creates the state of a server.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="upstream">The upstream it belongs to.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="tls">TLS with it; null for plain HTTP.</param>
    internal ServerState(ServerAddress address, UpstreamPlan upstream, int workers, UpstreamTls? tls)
    {
        Tls = tls;
        TlsName = upstream.Tls.ServerName ?? address.Host;
        Address = address;
        UpstreamName = upstream.Name;
        Http2 = upstream.Http2;
        _poolLimits = upstream.Pool;
        _pools = new UpstreamPool?[workers];
        Name = address.ToString();
        NameUtf8 = Encoding.UTF8.GetBytes(Name);
        AuthorityUtf8 = Encoding.UTF8.GetBytes(address.UnixPath is null ? Name[(address.Scheme.Length + "://".Length)..] : "localhost");
    }

    /// <summary>Where it is.</summary>
    public ServerAddress Address { get; }

    /// <summary>The upstream it belongs to. The same address in two upstreams is two servers, with connections of their own.</summary>
    public string UpstreamName { get; }

    /// <summary>Its address as an operator would write it.</summary>
    public string Name { get; }

    internal byte[] NameUtf8 { get; }

    /// <summary>TLS with it; null for plain HTTP.</summary>
    internal UpstreamTls? Tls { get; }

    /// <summary>Whether HTTP/2 is spoken with it.</summary>
    internal Http2Mode Http2 { get; }

    /// <summary>The name that its certificate has to have.</summary>
    internal string TlsName { get; }

    /// <summary>The Host of a request that came without one.</summary>
    internal byte[] AuthorityUtf8 { get; }

    /// <summary>Where to connect to: the resolved addresses; empty until the name was resolved for the first time.</summary>
    public IReadOnlyList<SocketTarget> Targets => _targets;

    /// <summary>Requests that this server is answering, over all workers.</summary>
    public int ActiveRequests => Volatile.Read(ref _activeRequests);

    /// <summary>Connections to it, in use, idle or being made, over all workers.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The limits of its connections.</summary>
    internal PoolLimits PoolLimits
    {
        get => _poolLimits;
        set => _poolLimits = value;
    }

    /// <summary>Whether no configuration has it any more: its connections end with the exchanges that are still going on.</summary>
    internal bool IsRetired
    {
        get => _isRetired;
        set => _isRetired = value;
    }

    internal void SetTargets(SocketTarget[] targets) => _targets = targets;

    /// <summary>The connections of a worker, on whose loop this is called.</summary>
    internal UpstreamPool PoolOf(Worker worker) => _pools[worker.Index] ?? AddPool(worker);

    /// <summary>The connections of a worker, if it ever had any. Any thread, which may read the pool's counts and nothing else.</summary>
    internal UpstreamPool? PoolAt(int workerIndex) => Volatile.Read(ref _pools[workerIndex]);

    internal void RequestBegan() => Interlocked.Increment(ref _activeRequests);

    internal void RequestEnded() => Interlocked.Decrement(ref _activeRequests);

    /// <summary>Takes one of the connections that are allowed; false when all are taken.</summary>
    internal bool TryAddConnection()
    {
        int max = PoolLimits.ConnectionsMax;
        if (max == 0)
        {
            Interlocked.Increment(ref _connections);
            return true;
        }

        // Never more than allowed, not even for a moment: a sibling that saw that would wait for a place that is free.
        int count = Connections;
        while (count < max)
        {
            int seen = Interlocked.CompareExchange(ref _connections, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    internal void RemoveConnection() => Interlocked.Decrement(ref _connections);

    private UpstreamPool AddPool(Worker worker)
    {
        var pool = new UpstreamPool(worker, this);
        Volatile.Write(ref _pools[worker.Index], pool);
        worker.OnPoolAdded(pool);
        return pool;
    }
}
