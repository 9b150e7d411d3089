using Sluice.Http.Addresses;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Telemetry;

namespace Sluice.Proxy.Workers;

/// <summary>What all workers of a server share: the snapshot, the log, and the count of client connections.</summary>
internal sealed class ServerShared
{
    private readonly int _connectionsMax;
    private readonly ClientConnectionCounts _perClient;
    private int _connections;

    public ServerShared(ProxySnapshot snapshot, int connectionsMax, AccessLogSink? accessLog, MessageLog log)
    {
        Snapshot = snapshot;
        _connectionsMax = connectionsMax;
        _perClient = new ClientConnectionCounts(snapshot.Plan);
        AccessLog = accessLog;
        Log = log;
    }

    /// <summary>What is served.</summary>
    public ProxySnapshot Snapshot { get; }

    /// <summary>Where access-log lines go; null for nowhere.</summary>
    public AccessLogSink? AccessLog { get; }

    /// <summary>The program's own messages.</summary>
    public MessageLog Log { get; }

    /// <summary>Who waits for whose connections.</summary>
    public WorkerSiblings Siblings { get; } = new();

    /// <summary>Client connections over all workers.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Counts a client connection. Not counted, and to be refused, with the reason that is returned.</summary>
    public ProxyErrorCode AddConnection(IpAddress peer)
    {
        if (Interlocked.Increment(ref _connections) > _connectionsMax)
        {
            Interlocked.Decrement(ref _connections);
            return ProxyErrorCode.TooManyConnections;
        }

        if (!_perClient.TryAdd(peer))
        {
            Interlocked.Decrement(ref _connections);
            return ProxyErrorCode.TooManyConnectionsOfClient;
        }

        return ProxyErrorCode.None;
    }

    /// <summary>Counts a closed one.</summary>
    public void RemoveConnection(IpAddress peer)
    {
        Interlocked.Decrement(ref _connections);
        _perClient.Remove(peer);
    }
}
