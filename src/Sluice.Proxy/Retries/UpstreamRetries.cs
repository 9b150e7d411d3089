namespace Sluice.Proxy.Retries;

/// <summary>The retries of one upstream: how many there are at the moment, and how many there were. It outlives reloads that keep the upstream's name.</summary>
/// <remarks>Atomic, shared by all workers: a request that isn't sent again touches nothing of it.</remarks>
public sealed class UpstreamRetries
{
    private const int Percent = 100;

    private readonly long[] _counts = new long[RetryReasons.All.Count];
    private int _inFlight;
    private int _attached;
    private long _exhausted;
    private long _failovers;
    private long _hedgesWon;

    /// <summary>Retries that were not made because there were too many at once.</summary>
    public long Exhausted => Volatile.Read(ref _exhausted);

    /// <summary>Requests that went on from this upstream to another.</summary>
    public long Failovers => Volatile.Read(ref _failovers);

    /// <summary>Requests whose answer came from the second server that was asked beside the first.</summary>
    public long HedgesWon => Volatile.Read(ref _hedgesWon);

    /// <summary>Requests that hold a part of the budget.</summary>
    internal int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Retries of those requests that a server is answering.</summary>
    internal int Attached => Volatile.Read(ref _attached);

    /// <summary>Retries made so far for a reason.</summary>
    public long CountOf(RetryReason reason) => Volatile.Read(ref _counts[(int)reason]);

    /// <summary>Takes a retry from the budget; false, and counted, when it is used up.</summary>
    /// <param name="requests">The upstream's requests in flight, those retries included that a server is answering.</param>
    /// <param name="percent">How many retries there may be, in percent of the others.</param>
    /// <param name="min">How many there may be in any case.</param>
    internal bool TryTake(int requests, int percent, int min)
    {
        long others = Math.Max(requests - Attached, 0);

        // Each request holds one part at most, so that all of them may: those that wait for their retry would be missing among the others.
        long max = percent >= Percent ? long.MaxValue : Math.Max(min, others * percent / Percent);
        int count = InFlight;
        while (count < max)
        {
            int seen = Interlocked.CompareExchange(ref _inFlight, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        Interlocked.Increment(ref _exhausted);
        return false;
    }

    /// <summary>Gives it back: the request has ended.</summary>
    internal void Return() => Interlocked.Decrement(ref _inFlight);

    /// <summary>A server answers a retry that holds a part of the budget.</summary>
    internal void Attach() => Interlocked.Increment(ref _attached);

    /// <summary>It doesn't any more.</summary>
    internal void Detach() => Interlocked.Decrement(ref _attached);

    /// <summary>Counts a retry.</summary>
    internal void Count(RetryReason reason) => Interlocked.Increment(ref _counts[(int)reason]);

    /// <summary>Counts a request that was answered by the second of two servers.</summary>
    internal void CountHedgeWon() => Interlocked.Increment(ref _hedgesWon);

    /// <summary>Counts a request that goes on to another upstream.</summary>
    internal void CountFailover() => Interlocked.Increment(ref _failovers);
}
