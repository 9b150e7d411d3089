namespace Sluice.Proxy.Upstreams;

/// <summary>Requests in flight, counted by each worker for itself. A sum may miss what began a moment ago; it never costs a worker anything that another one counts.</summary>
internal sealed class RequestCount
{
    // A cache line each, so that workers don't take it from each other.
    private const int Stride = 128 / sizeof(int);

    private readonly int[] _counts;

    /// <summary>Creates a count of nothing.</summary>
    /// <param name="workers">How many workers there are.</param>
    public RequestCount(int workers) => _counts = new int[(workers + 1) * Stride];

    /// <summary>All of them.</summary>
    public int Sum
    {
        get
        {
            int sum = 0;
            for (int i = Stride; i < _counts.Length; i += Stride)
            {
                sum += Volatile.Read(ref _counts[i]);
            }

            return sum;
        }
    }

    /// <summary>Those of one worker.</summary>
    public int Of(int workerIndex) => Volatile.Read(ref _counts[(workerIndex + 1) * Stride]);

    /// <summary>One began; on its worker's loop.</summary>
    public void Began(int workerIndex) => _counts[(workerIndex + 1) * Stride]++;

    /// <summary>One ended; on its worker's loop.</summary>
    public void Ended(int workerIndex) => _counts[(workerIndex + 1) * Stride]--;
}
