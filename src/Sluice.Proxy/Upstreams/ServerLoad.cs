namespace Sluice.Proxy.Upstreams;

/// <summary>What a server has to do at the moment: its requests in flight, over all workers, and its response time to the head of its response.</summary>
/// <remarks>
/// An object of its own, so that whoever compares servers touches one line of the cache for each, which nobody needs for anything else. The response time is a peak
/// EWMA: it rises at once with a slow answer, and falls slowly towards quick ones, weighted by the time between samples: an answer of a moment ago counts by 1/e
/// after ten seconds. Atomic counter; of two workers that add a response time at once one sample is lost.
/// </remarks>
public sealed class ServerLoad
{
    private const double DecayMs = 10_000;

    // Below the clock's resolution everything would be as good as unknown.
    private const double MinMs = 0.001;

    private double _averageMs;
    private long _sampledMs;
    private int _activeRequests;

    /// <summary>Requests that it is answering.</summary>
    public int ActiveRequests => Volatile.Read(ref _activeRequests);

    /// <summary>The average response time in milliseconds; 0 when nothing was measured yet. What was measured long ago counts less and less.</summary>
    /// <param name="nowMs">Loop time.</param>
    public double AverageMs(long nowMs)
    {
        double average = Volatile.Read(ref _averageMs);
        long ageMs = nowMs - Volatile.Read(ref _sampledMs);

        // A slow server that gets no requests has to be tried again one day.
        return ageMs < DecayMs ? average : average * Math.Exp(-ageMs / DecayMs);
    }

    /// <summary>Takes note of an answer.</summary>
    /// <param name="elapsedMs">How long it took.</param>
    /// <param name="nowMs">Loop time.</param>
    internal void AddResponse(double elapsedMs, long nowMs)
    {
        double average = Volatile.Read(ref _averageMs);
        double share = Math.Exp(-Math.Max(nowMs - Volatile.Read(ref _sampledMs), 0.1) / DecayMs);
        Volatile.Write(ref _averageMs, Math.Max(elapsedMs >= average ? elapsedMs : (average * share) + (elapsedMs * (1 - share)), MinMs));
        Volatile.Write(ref _sampledMs, nowMs);
    }

    internal void RequestBegan() => Interlocked.Increment(ref _activeRequests);

    internal void RequestEnded() => Interlocked.Decrement(ref _activeRequests);
}
