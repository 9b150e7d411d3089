using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Upstreams;

/// <summary>Lets so many requests through at once, counted over all workers; what is beyond waits, in a queue of its worker's.</summary>
/// <remarks>
/// Without a lock: the count is atomic, and never above the limit, not even for a moment. Whoever waits says so first and looks at the count then; whoever leaves gives the
/// place back first and looks for somebody who waits then; with a barrier between, so that they can't miss each other. A free place goes to the next worker's queue, the own one
/// last, so that workers take turns; who comes meanwhile may take it, and then the one that waits keeps its place in the queue.
/// </remarks>
internal sealed class RequestGate
{
    private readonly GateQueue?[] _queues;
    private volatile int _limit;
    private int _admitted;
    private int _peak;

    /// <summary>Creates a gate that is open.</summary>
    /// <param name="workers">How many workers there are.</param>
    public RequestGate(int workers) => _queues = new GateQueue?[workers];

    /// <summary>How many it lets through at once; 0 means all, and nobody is counted then. Whoever is through stays so when it is set; any thread.</summary>
    public int Limit
    {
        get => _limit;
        set
        {
            // A barrier, as with places: who waits has said so and seen the old limit, or is seen below.
            int before = Interlocked.Exchange(ref _limit, value);
            if (value == 0 || value > before)
            {
                WakeAll();
            }
        }
    }

    /// <summary>How many are through now; any thread.</summary>
    public int Admitted => Volatile.Read(ref _admitted);

    /// <summary>The queue of a worker, on its loop.</summary>
    public GateQueue QueueOf(Worker worker)
    {
        if (_queues[worker.Index] is { } known)
        {
            return known;
        }

        var queue = new GateQueue(this, worker);
        Volatile.Write(ref _queues[worker.Index], queue);
        return queue;
    }

    /// <summary>Takes a place for a request that has just come to a worker, on its loop; false when there is none, or others have waited before.</summary>
    public bool TryEnter(Worker worker) => _queues[worker.Index] is not { Count: > 0 } && TryTake();

    /// <summary>Takes a place; false when there is none.</summary>
    public bool TryTake()
    {
        int count = Admitted;
        while (_limit is var limit && (limit == 0 || count < limit))
        {
            int seen = Interlocked.CompareExchange(ref _admitted, count + 1, count);
            if (seen == count)
            {
                // Two workers may miss each other's: then it is a little too low.
                _peak = Math.Max(_peak, count + 1);
                return true;
            }

            count = seen;
        }

        return false;
    }

    /// <summary>Gives a place back, and has the next one that waits take it.</summary>
    /// <param name="workerIndex">Whose it was.</param>
    public void Leave(int workerIndex)
    {
        Interlocked.Decrement(ref _admitted);
        WakeNext(workerIndex);
    }

    /// <summary>Has a worker with requests that wait let them through, as far as there is room: the next one behind a worker, which itself comes last.</summary>
    public void WakeNext(int workerIndex)
    {
        for (int i = 1; i <= _queues.Length; i++)
        {
            if (Volatile.Read(ref _queues[(workerIndex + i) % _queues.Length]) is { Count: > 0 } queue)
            {
                queue.Wake();
                return;
            }
        }
    }

    /// <summary>The most that were through at once since this was asked last; for one thread.</summary>
    public int TakePeak()
    {
        int peak = Math.Max(Volatile.Read(ref _peak), Admitted);
        Volatile.Write(ref _peak, Admitted);
        return peak;
    }

    private void WakeAll()
    {
        for (int i = 0; i < _queues.Length; i++)
        {
            if (Volatile.Read(ref _queues[i]) is { Count: > 0 } queue)
            {
                queue.Wake();
            }
        }
    }
}
