using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Workers;

/// <summary>What the workers of a server know of each other: who has requests waiting for a connection that another one holds.</summary>
internal sealed class WorkerSiblings
{
    private Worker[] _workers = [];

    /// <summary>Sets the workers, once all exist.</summary>
    public void Set(Worker[] workers) => _workers = workers;

    /// <summary>Whether requests of another worker wait for a connection to the pool's server. A moment old: then one connection more is closed or kept.</summary>
    public bool HasWaiters(UpstreamPool pool)
    {
        if (pool.Server.PoolLimits.ConnectionsMax == 0)
        {
            return false;
        }

        Interlocked.MemoryBarrier();
        return Find(pool, static other => other.WaiterCount) is not null;
    }

    /// <summary>Tells a worker with a waiting request that a connection to the server may be made.</summary>
    public void WakeWaiter(UpstreamPool pool)
    {
        if (Find(pool, static other => other.WaiterCount) is { } waiting)
        {
            waiting.Worker.Loop.Post(static state => ((UpstreamPool)state!).WakeOne(), waiting);
        }
    }

    /// <summary>Has a worker with an idle connection to the server close it, for a request of another that waits.</summary>
    public void AskForIdle(UpstreamPool pool)
    {
        if (Find(pool, static other => other.IdleCount) is { } idle)
        {
            idle.Worker.Loop.Post(static state => ((UpstreamPool)state!).CloseOneIdle(), idle);
        }
    }

    // The next worker's pool for the same server that has some of what is counted.
    private UpstreamPool? Find(UpstreamPool pool, Func<UpstreamPool, int> count)
    {
        for (int i = 1; i < _workers.Length; i++)
        {
            UpstreamPool? other = pool.Server.PoolAt((pool.Worker.Index + i) % _workers.Length);
            if (other is not null && count(other) > 0)
            {
                return other;
            }
        }

        return null;
    }
}
