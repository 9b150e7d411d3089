using Sluice.Config.Binding;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>connections</c> of an upstream. The defaults are those of <see cref="PoolLimits"/>, as a test checks.</summary>
internal static class PoolSchema
{
    private static readonly DurationType Timeout = new(10, 86_400_000);

    internal static ObjectType<PoolLimits> Type { get; } = new(
        "connections",
        [
            Option<PoolLimits>.Create(
                "max", new IntegerType(0, 1_000_000), "Connections to one server over all workers, in use or idle; 0 means no limit.",
                (pool, value) => pool with { ConnectionsMax = value }, "`0`"),
            Option<PoolLimits>.Create(
                "max_idle", new IntegerType(0, 100_000), "Idle connections that each worker keeps to one server; 0 closes each after its request.",
                (pool, value) => pool with { IdleConnectionsMax = value }, "`256`"),
            Option<PoolLimits>.Create(
                "idle_timeout", Timeout, "How long an idle connection is kept, and at most what the server says in `Keep-Alive: timeout` less 1 s.",
                (pool, value) => pool with { IdleTimeoutMs = value }, "`55s`"),
            Option<PoolLimits>.Create(
                "max_requests", new IntegerType(0, int.MaxValue), "Requests on one connection before it is closed; 0 means no limit.",
                (pool, value) => pool with { RequestsMax = value }, "`0`"),
            Option<PoolLimits>.Create(
                "http2_streams", new IntegerType(1, 10_000), "Requests at once on one HTTP/2 connection, as far as the server allows as many.",
                (pool, value) => pool with { StreamsMax = value }, "`100`"),
            Option<PoolLimits>.Create(
                "max_in_flight", new IntegerType(0, 1_000_000),
                "Requests that one server may have in progress, over all workers and whatever connections they share; 0 means no limit. A tunnel, such as a WebSocket, counts until its end.",
                (pool, value) => pool with { InFlightMax = value }, "`0`"),
            Option<PoolLimits>.Create(
                "queue", new IntegerType(0, 1_000_000), "Requests of one worker that may wait for one server once `max_in_flight` is reached, and as many for a connection once `max` is. Those of a higher `priority_class` go first, and take the place of a lower one when the queue is full.",
                (pool, value) => pool with { QueueMax = value }, "`1024`"),
            Option<PoolLimits>.Create(
                "queue_timeout", Timeout, "How long a request may wait for both.",
                (pool, value) => pool with { QueueTimeoutMs = value }, "`5s`"),
        ],
        _ => new PoolLimits());
}
