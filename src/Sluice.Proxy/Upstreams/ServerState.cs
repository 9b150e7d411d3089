using System.Text;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Resolution;
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
    private int _connections;
    private volatile TargetList _targets = TargetList.Empty;
    private volatile PoolLimits _poolLimits;
    private volatile bool _isRetired;

    /// <summary>Creates the state of a server.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="upstream">The upstream it belongs to.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="tls">TLS with it; null for plain HTTP.</param>
    /// <param name="health">The health of its upstream.</param>
    internal ServerState(ServerAddress address, UpstreamPlan upstream, int workers, UpstreamTls? tls, UpstreamHealth health)
    {
        Tls = tls;
        TlsName = upstream.Tls.ServerName ?? address.CertificateName;
        Address = address;
        UpstreamName = upstream.Name;
        Http2 = upstream.Http2;
        Gate = new RequestGate(workers) { Limit = upstream.Pool.InFlightMax };
        _poolLimits = upstream.Pool;
        _pools = new UpstreamPool?[workers];
        Name = address.ToString();
        Health = new ServerHealth(Name, health);
        Outlier = new OutlierState(workers, Health);
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

    /// <summary>Whether it gets requests.</summary>
    public ServerHealth Health { get; }

    /// <summary>What became of its health checks.</summary>
    public CheckHistory Checks { get; } = new();

    /// <summary>Whether it stands for another one that is checked, and nobody is told what becomes of its connections.</summary>
    internal bool IsProbe { get; init; }

    /// <summary>Why the last connection could not be made, beyond its reason, of a server that stands for another one; null when there is no more to say.</summary>
    internal string? Trouble { get; set; }

    /// <summary>That it is out because of its answers; null when it isn't.</summary>
    public Ejection? Ejection => Outlier.Current;

    /// <summary>What it answers.</summary>
    internal OutlierState Outlier { get; }

    /// <summary>What it has to do; how long it takes to answer is measured where that decides who gets a request.</summary>
    public ServerLoad Load { get; } = new();

    /// <summary>TLS with it; null for plain HTTP.</summary>
    internal UpstreamTls? Tls { get; }

    /// <summary>Whether HTTP/2 is spoken with it.</summary>
    internal Http2Mode Http2 { get; }

    /// <summary>The name that its certificate has to have.</summary>
    internal string TlsName { get; }

    /// <summary>The Host of a request that came without one.</summary>
    internal byte[] AuthorityUtf8 { get; }

    /// <summary>Whether an authority is that which it is reached by.</summary>
    internal bool HasAuthority(ReadOnlySpan<byte> authority)
    {
        ReadOnlySpan<byte> own = AuthorityUtf8;
        return Ascii.EqualsIgnoreCase(authority, own) || (own.EndsWith(":80"u8) && Ascii.EqualsIgnoreCase(authority, own[..^3]));
    }

    /// <summary>Where to connect to: the resolved addresses; empty until the name was resolved for the first time.</summary>
    public IReadOnlyList<SocketTarget> Targets => _targets.All;

    /// <summary>The same by families.</summary>
    internal TargetList TargetList => _targets;

    /// <summary>Requests that this server is answering, over all workers.</summary>
    public int ActiveRequests => Load.ActiveRequests;

    /// <summary>Connections to it, in use, idle or being made, over all workers.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Keeps the requests that it gets within the limit of those in flight.</summary>
    internal RequestGate Gate { get; }

    /// <summary>The limits of its connections, and of its requests.</summary>
    internal PoolLimits PoolLimits
    {
        get => _poolLimits;
        set
        {
            _poolLimits = value;
            Gate.Limit = value.InFlightMax;
        }
    }

    /// <summary>Whether no configuration has it any more: its connections end with the exchanges that are still going on.</summary>
    internal bool IsRetired
    {
        get => _isRetired;
        set => _isRetired = value;
    }

    internal void SetTargets(TargetList targets) => _targets = targets;

    /// <summary>The connections of a worker, on whose loop this is called.</summary>
    internal UpstreamPool PoolOf(Worker worker) => _pools[worker.Index] ?? AddPool(worker);

    /// <summary>The connections of a worker, if it ever had any. Any thread, which may read the pool's counts and nothing else.</summary>
    internal UpstreamPool? PoolAt(int workerIndex) => Volatile.Read(ref _pools[workerIndex]);

    internal void RequestBegan() => Load.RequestBegan();

    internal void RequestEnded() => Load.RequestEnded();

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
