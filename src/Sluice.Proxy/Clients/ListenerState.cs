using System.Net;
using System.Text;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Clients;

/// <summary>An address that is listened on; it outlives reloads that keep the address.</summary>
/// <remarks>The plan is one volatile reference, set by whoever reloads and read by every loop.</remarks>
public sealed class ListenerState
{
    private readonly ListeningSocket[] _sockets;
    private volatile Described _described;
    private int _connections;

    internal ListenerState(ListenerPlan plan, int id, ListeningSocket[] sockets, ListenerTls? tls)
    {
        Id = id;
        _sockets = sockets;
        EndPoint = sockets[0].EndPoint;
        _described = new Described(plan, tls);
    }

    /// <summary>A number unique within the process.</summary>
    public int Id { get; }

    /// <summary>The bound address, with the port that the kernel chose where 0 was asked for.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>What the configuration says about it now.</summary>
    public ListenerPlan Plan => _described.Plan;

    /// <summary>TLS with its clients; null for plain HTTP.</summary>
    internal ListenerTls? Tls => _described.Tls;

    /// <summary>The address as the operator wrote it.</summary>
    internal byte[] NameUtf8 => _described.NameUtf8;

    /// <summary>The socket of a loop: its own, or the one that all share.</summary>
    internal ListeningSocket SocketOf(int loopIndex) => _sockets[_sockets.Length == 1 ? 0 : loopIndex];

    /// <summary>Takes what a reload says about the same address.</summary>
    internal void Describe(ListenerPlan plan, ListenerTls? tls)
    {
        if (!ReferenceEquals(plan, Plan))
        {
            _described = new Described(plan, tls);
            tls?.Activate();
        }
    }

    /// <summary>Counts a connection; false, and not counted, where there are as many as there may be. Any thread.</summary>
    internal bool TryAddConnection()
    {
        int max = Plan.ConnectionsMax;
        if (Interlocked.Increment(ref _connections) <= max || max == 0)
        {
            return true;
        }

        RemoveConnection();
        return false;
    }

    /// <summary>Counts a closed one. Any thread.</summary>
    internal void RemoveConnection() => Interlocked.Decrement(ref _connections);

    /// <summary>Closes what its loops have not closed; after them.</summary>
    internal void Dispose()
    {
        foreach (ListeningSocket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private sealed class Described(ListenerPlan plan, ListenerTls? tls)
    {
        public ListenerPlan Plan { get; } = plan;

        public ListenerTls? Tls { get; } = tls;

        public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(plan.Text);
    }
}
