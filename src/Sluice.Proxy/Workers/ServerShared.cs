using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;

namespace Sluice.Proxy.Workers;

/// <summary>What all workers of a server share: the snapshot, the log, and the count of client connections.</summary>
internal sealed class ServerShared
{
    private readonly int _connectionsMax;
    private int _connections;

    public ServerShared(ProxySnapshot snapshot, int connectionsMax, AccessLogSink? accessLog, MessageLog log)
    {
        Snapshot = snapshot;
        _connectionsMax = connectionsMax;
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

    /// <summary>Counts a client connection; false when there are as many as allowed.</summary>
    public bool TryAddConnection()
    {
        if (Interlocked.Increment(ref _connections) <= _connectionsMax)
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>Counts a closed one.</summary>
    public void RemoveConnection() => Interlocked.Decrement(ref _connections);
}
