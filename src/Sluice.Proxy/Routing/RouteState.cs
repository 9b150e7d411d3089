namespace Sluice.Proxy.Routing;

/// <summary>What is counted of a route; it outlives reloads that keep a route of its name. Each worker counts for itself, any thread adds up.</summary>
public sealed class RouteState
{
    // A place in every 64 bytes: a cache line per worker.
    private const int Stride = 8;

    private readonly long[] _requests;

    /// <summary>Creates the state.</summary>
    /// <param name="workers">How many workers there are.</param>
    public RouteState(int workers) => _requests = new long[(workers + 1) * Stride];

    /// <summary>Requests that the route took so far, over all workers; a moment old.</summary>
    public long Requests
    {
        get
        {
            long sum = 0;
            for (int i = Stride; i < _requests.Length; i += Stride)
            {
                sum += Volatile.Read(ref _requests[i]);
            }

            return sum;
        }
    }

    /// <summary>Counts a request; called on the worker's loop.</summary>
    internal void Count(int workerIndex) => _requests[(workerIndex + 1) * Stride]++;
}
