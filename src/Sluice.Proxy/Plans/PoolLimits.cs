namespace Sluice.Proxy.Plans;

/// <summary>How many connections to one server there may be, and for how long; and how many requests it may have.</summary>
public sealed record PoolLimits
{
    /// <summary>Connections to one server over all workers, in use or idle; 0 means no limit.</summary>
    public int ConnectionsMax { get; init; }

    /// <summary>Idle connections that each worker keeps to one server, 0 to 100,000; 0 closes each after its exchange.</summary>
    public int IdleConnectionsMax { get; init; } = 256;

    /// <summary>How long an idle connection is kept, in milliseconds, and at most what the server's <c>Keep-Alive: timeout</c> says less 1 s.</summary>
    public int IdleTimeoutMs { get; init; } = 55_000;

    /// <summary>Requests on one connection before it is closed; 0 means no limit.</summary>
    public int RequestsMax { get; init; }

    /// <summary>Requests at once on one HTTP/2 connection, as far as the server allows as many; at least 1.</summary>
    public int StreamsMax { get; init; } = 100;

    /// <summary>
    /// Requests that one server may have in flight over all workers and connections, tunnels included; 0 means no limit. Those that were on their way before a reload
    /// set the first limit are not counted.
    /// </summary>
    public int InFlightMax { get; init; }

    /// <summary>Requests of one worker that may wait for one server once <see cref="InFlightMax"/> is reached, and as many for a connection once <see cref="ConnectionsMax"/> is.</summary>
    public int QueueMax { get; init; } = 1_024;

    /// <summary>How long a request may wait for both, in milliseconds.</summary>
    public int QueueTimeoutMs { get; init; } = 5_000;
}
