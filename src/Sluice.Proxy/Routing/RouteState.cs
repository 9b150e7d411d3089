using Sluice.Proxy.Mirroring;

namespace Sluice.Proxy.Routing;

/// <summary>What is counted of a route; it outlives reloads that keep a route of its name. Each worker counts for itself, any thread adds up.</summary>
public sealed class RouteState
{
    // A place in every 64 bytes: a cache line per worker. Behind the requests come the outcomes of their copies.
    private const int Stride = 8;
    private const int FirstOutcome = 1;

    private readonly long[] _counts;
    private int _mirrors;

    /// <summary>Creates the state.</summary>
    /// <param name="workers">How many workers there are.</param>
    public RouteState(int workers)
    {
        Workers = workers;
        _counts = new long[(workers + 1) * Stride];
    }

    /// <summary>How many workers there are.</summary>
    internal int Workers { get; }

    /// <summary>Requests that the route took so far, over all workers; a moment old.</summary>
    public long Requests => Sum(0);

    /// <summary>What became of the copies of its requests so far, over all workers; a moment old.</summary>
    public MirrorCounts Mirrors => new(
        Sum(FirstOutcome + (int)MirrorOutcome.Sent),
        Sum(FirstOutcome + (int)MirrorOutcome.Dropped),
        Sum(FirstOutcome + (int)MirrorOutcome.Failed));

    /// <summary>Counts a request; called on the worker's loop.</summary>
    internal void Count(int workerIndex) => _counts[(workerIndex + 1) * Stride]++;

    /// <summary>Counts what became of a copy; called on the worker's loop.</summary>
    internal void CountMirror(int workerIndex, MirrorOutcome outcome) => _counts[((workerIndex + 1) * Stride) + FirstOutcome + (int)outcome]++;

    /// <summary>Takes one of the copies that may be on their way at once, over all workers; false when all are taken.</summary>
    internal bool TryBeginMirror(int max)
    {
        if (Interlocked.Increment(ref _mirrors) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _mirrors);
        return false;
    }

    /// <summary>Ends a copy and counts what became of it; called on the worker's loop.</summary>
    internal void EndMirror(int workerIndex, MirrorOutcome outcome)
    {
        Interlocked.Decrement(ref _mirrors);
        CountMirror(workerIndex, outcome);
    }

    private long Sum(int place)
    {
        long sum = 0;
        for (int i = Stride + place; i < _counts.Length; i += Stride)
        {
            sum += Volatile.Read(ref _counts[i]);
        }

        return sum;
    }
}
