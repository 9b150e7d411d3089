using Sluice.Http.Addresses;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;
using Sluice.Reactor;

namespace Sluice.Proxy.Workers;

/// <summary>What all workers of a server share: the snapshot, the log, and the count of client connections.</summary>
/// <remarks>The snapshot is one volatile reference, written by a reload; everything else is set once or atomic.</remarks>
internal sealed class ServerShared
{
    // Two descriptors per exchange, and some to spare for everything else. The limit of a process doesn't change while it runs.
    private static readonly Lazy<int> DefaultConnectionsMax = new(() => (int)Math.Max(LoopGroup.DescriptorLimit() * 45 / 100, 16));

    private readonly ClientConnectionCounts _perClient = new();
    private readonly Lazy<AccessLogSink> _accessLog;
    private volatile ProxySnapshot _snapshot;
    private volatile OverloadState _overload = OverloadState.Calm;
    private int _connections;

    public ServerShared(InstalledCertificates certificates, ProxySnapshot snapshot, SluiceServerOptions options, MessageLog log)
    {
        Certificates = certificates;
        _snapshot = snapshot;
        _accessLog = new Lazy<AccessLogSink>(() => new AccessLogSink(options.AccessLogOutput ?? Console.OpenStandardOutput(), log));
        Log = log;
        Cache = new CacheStore(snapshot.Plan.Cache, log.Write, options.CacheTier);
        Watch = new UpstreamWatch(() => Snapshot.Upstreams.Values, log);
    }

    /// <summary>What is served. A request reads it once, when it begins.</summary>
    public ProxySnapshot Snapshot
    {
        get => _snapshot;
        set => _snapshot = value;
    }

    /// <summary>What is done against overload; written four times a second by <see cref="OverloadMonitor"/>.</summary>
    public OverloadState Overload
    {
        get => _overload;
        set => _overload = value;
    }

    /// <summary>Where access-log lines go; opened when the first is written.</summary>
    public AccessLogSink AccessLog => _accessLog.Value;

    /// <summary>Access-log lines that were dropped.</summary>
    public long DroppedLogLines => _accessLog.IsValueCreated ? AccessLog.Dropped : 0;

    /// <summary>The program's own messages.</summary>
    public MessageLog Log { get; }

    /// <summary>Draws conclusions from what workers count of upstreams.</summary>
    public UpstreamWatch Watch { get; }

    /// <summary>Certificates that are obtained while the program runs.</summary>
    public InstalledCertificates Certificates { get; }

    /// <summary>Who waits for whose connections.</summary>
    public WorkerSiblings Siblings { get; } = new();

    /// <summary>What responses are kept in.</summary>
    public CacheStore Cache { get; }

    /// <summary>Client connections over all workers.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many there may be.</summary>
    public int ConnectionsMax => ConnectionsMaxOf(Snapshot.Plan.Limits);

    /// <summary>Counts a client connection. Not counted, and to be refused, with the reason that is returned.</summary>
    /// <param name="listener">Where it came in.</param>
    /// <param name="peer">Who opened it.</param>
    /// <param name="isCountedByClient">Whether it is counted among its client's, too; to be told to <see cref="RemoveConnection"/>.</param>
    public ProxyErrorCode AddConnection(ListenerState listener, IpAddress peer, out bool isCountedByClient)
    {
        ProxyPlan plan = Snapshot.Plan;
        isCountedByClient = false;
        if (Interlocked.Increment(ref _connections) > ConnectionsMaxOf(plan.Limits))
        {
            Interlocked.Decrement(ref _connections);
            return ProxyErrorCode.TooManyConnections;
        }

        if (!listener.TryAddConnection())
        {
            Interlocked.Decrement(ref _connections);
            return ProxyErrorCode.TooManyConnectionsOfListener;
        }

        if (!_perClient.TryAdd(peer, plan, out isCountedByClient))
        {
            listener.RemoveConnection();
            Interlocked.Decrement(ref _connections);
            return ProxyErrorCode.TooManyConnectionsOfClient;
        }

        return ProxyErrorCode.None;
    }

    /// <summary>Counts a closed one.</summary>
    public void RemoveConnection(ListenerState listener, IpAddress peer, bool isCountedByClient)
    {
        listener.RemoveConnection();
        Interlocked.Decrement(ref _connections);
        if (isCountedByClient)
        {
            _perClient.Remove(peer);
        }
    }

    /// <summary>Writes out the access log.</summary>
    public void CloseAccessLog()
    {
        if (_accessLog.IsValueCreated)
        {
            AccessLog.Dispose();
        }
    }

    private static int ConnectionsMaxOf(ProxyLimits limits) => limits.ConnectionsMax > 0 ? limits.ConnectionsMax : DefaultConnectionsMax.Value;
}
