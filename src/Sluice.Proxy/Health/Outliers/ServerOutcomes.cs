namespace Sluice.Proxy.Health.Outliers;

/// <summary>Counts what became of requests to a server. Each worker counts for itself; any thread adds up.</summary>
/// <remarks>
/// The errors in a row are one value for all workers, which is written while there are errors and not otherwise. The head of a good response is none, and doesn't
/// end the row: the response has to come whole, or else a server that breaks off each of its responses would never have two errors in a row.
/// </remarks>
internal sealed class ServerOutcomes
{
    // A cache line per worker.
    private const int Stride = 64 / sizeof(long);
    private const int Requests = 0;
    private const int Errors = 1;
    private const int Timed = 2;
    private const int Microseconds = 3;

    private readonly long[] _counts;
    private int _streak;
    private int _lastError;

    /// <summary>Creates counts of nothing.</summary>
    /// <param name="workers">How many workers there are.</param>
    public ServerOutcomes(int workers) => _counts = new long[(workers + 1) * Stride];

    /// <summary>Errors in a row. Two workers that end requests at once may count one too many or too few.</summary>
    public int Streak => Volatile.Read(ref _streak);

    /// <summary>The last error: a status, or the negative of a <see cref="Errors.ProxyErrorCode"/>.</summary>
    public int LastError => Volatile.Read(ref _lastError);

    /// <summary>All workers' counts; a moment old.</summary>
    public OutcomeTotals Totals => new(Sum(Requests), Sum(Errors), Sum(Timed), Sum(Microseconds));

    /// <summary>Counts the head of a good response, on the worker's loop.</summary>
    /// <param name="workerIndex">The worker.</param>
    /// <param name="microseconds">How long it took to its head; negative when that says nothing of the server.</param>
    public void Succeeded(int workerIndex, long microseconds)
    {
        Span<long> own = Of(workerIndex);
        own[Requests]++;
        if (microseconds >= 0)
        {
            own[Timed]++;
            own[Microseconds] += microseconds;
        }
    }

    /// <summary>A good response has ended, and not by the server's fault; on the worker's loop.</summary>
    public void CameWhole()
    {
        if (Volatile.Read(ref _streak) != 0)
        {
            Volatile.Write(ref _streak, 0);
        }
    }

    /// <summary>Counts a failure, on the worker's loop.</summary>
    /// <param name="workerIndex">The worker.</param>
    /// <param name="error">See <see cref="LastError"/>.</param>
    /// <returns>The errors in a row with it.</returns>
    public int Failed(int workerIndex, int error)
    {
        Span<long> own = Of(workerIndex);
        own[Requests]++;
        own[Errors]++;
        Volatile.Write(ref _lastError, error);
        return Interlocked.Increment(ref _streak);
    }

    /// <summary>Counts a response that was broken off, whose head was counted as good, on the worker's loop.</summary>
    /// <param name="workerIndex">The worker.</param>
    /// <param name="error">See <see cref="LastError"/>.</param>
    /// <returns>The errors in a row with it.</returns>
    public int BrokeOff(int workerIndex, int error)
    {
        Of(workerIndex)[Errors]++;
        Volatile.Write(ref _lastError, error);
        return Interlocked.Increment(ref _streak);
    }

    /// <summary>Begins anew to count errors in a row.</summary>
    public void ForgetStreak() => Volatile.Write(ref _streak, 0);

    private Span<long> Of(int workerIndex) => _counts.AsSpan((workerIndex + 1) * Stride, Stride);

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
