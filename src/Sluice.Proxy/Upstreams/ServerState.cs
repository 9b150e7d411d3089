using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Upstreams;

/// <summary>What is known of one server while the program runs; shared by all workers.</summary>
/// <remarks>Counters are atomic and the addresses one volatile reference. Nothing else is shared between workers about a server.</remarks>
public sealed class ServerState
{
    private int _activeRequests;
    private int _connections;
    private volatile SocketTarget[] _targets = [];

    /// <summary>Creates the state of a server.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="upstream">The upstream's plan.</param>
    /// <param name="id">Its number among all servers of all upstreams; workers keep their pools by it.</param>
    /// <param name="index">Its number within its upstream.</param>
    public ServerState(ServerPlan plan, UpstreamPlan upstream, int id, int index)
    {
        Plan = plan;
        Upstream = upstream;
        Id = id;
        Index = index;
        Name = plan.Address.ToString();
        NameUtf8 = Encoding.UTF8.GetBytes(Name);
        AuthorityUtf8 = Encoding.UTF8.GetBytes(plan.Address.UnixPath is null ? Name["http://".Length..] : "localhost");
    }

    /// <summary>What the configuration says.</summary>
    public ServerPlan Plan { get; }

    /// <summary>The upstream it belongs to.</summary>
    public UpstreamPlan Upstream { get; }

    /// <summary>Its number among all servers.</summary>
    public int Id { get; }

    /// <summary>Its number within its upstream.</summary>
    public int Index { get; }

    /// <summary>Its address as an operator would write it.</summary>
    public string Name { get; }

    internal byte[] NameUtf8 { get; }

    /// <summary>The Host of a request that came without one.</summary>
    internal byte[] AuthorityUtf8 { get; }

    /// <summary>Where to connect to: the resolved addresses; empty until the name was resolved for the first time.</summary>
    public IReadOnlyList<SocketTarget> Targets => _targets;

    /// <summary>Requests that this server is answering, over all workers.</summary>
    public int ActiveRequests => Volatile.Read(ref _activeRequests);

    /// <summary>Connections to it, in use, idle or being made, over all workers.</summary>
    public int Connections => Volatile.Read(ref _connections);

    internal void SetTargets(SocketTarget[] targets) => _targets = targets;

    internal void RequestBegan() => Interlocked.Increment(ref _activeRequests);

    internal void RequestEnded() => Interlocked.Decrement(ref _activeRequests);

    /// <summary>Takes one of the connections that are allowed; false when all are taken.</summary>
    internal bool TryAddConnection()
    {
        int max = Upstream.Pool.ConnectionsMax;
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
}
