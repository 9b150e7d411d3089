namespace Sluice.Proxy.CircuitBreaking;

/// <summary>What became of one worker's requests, in ten parts of the window, of which the oldest is always given up for the newest.</summary>
/// <remarks>
/// Its worker writes, any thread adds up, without a lock: who adds up while a part begins anew may miss what it had, or a request that is being counted just
/// then. Neither changes what is decided.
/// </remarks>
internal sealed class CircuitWindow
{
    private const int Parts = 10;

    private readonly Part[] _parts = new Part[Parts];
    private readonly long _partMs;

    /// <summary>Creates a window without requests.</summary>
    /// <param name="windowMs">How long it is, in milliseconds.</param>
    public CircuitWindow(int windowMs) => _partMs = Math.Max(windowMs / Parts, 1);

    /// <summary>Counts a request, on the worker's loop.</summary>
    /// <param name="phase">The phase of the circuit in which it began and ended.</param>
    /// <param name="nowMs">Loop time.</param>
    /// <param name="isFailed">Whether it failed.</param>
    /// <param name="isSlow">Whether it took too long.</param>
    public void Add(int phase, long nowMs, bool isFailed, bool isSlow)
    {
        long number = nowMs / _partMs;
        ref Part part = ref _parts[number % Parts];
        if (part.Number != number || part.Phase != phase)
        {
            part.Requests = 0;
            part.Failed = 0;
            part.Slow = 0;
            part.Phase = phase;
            Volatile.Write(ref part.Number, number);
        }

        part.Requests++;
        part.Failed += isFailed ? 1 : 0;
        part.Slow += isSlow ? 1 : 0;
    }

    /// <summary>Counts a request as failed that was counted as good before, on the worker's loop; one that is too old to be in the window, as another.</summary>
    /// <param name="phase">The phase of the circuit in which it began and ended.</param>
    /// <param name="countedMs">When it was counted, in loop time.</param>
    /// <param name="nowMs">Loop time.</param>
    public void Break(int phase, long countedMs, long nowMs)
    {
        long number = countedMs / _partMs;
        ref Part part = ref _parts[number % Parts];
        if (part.Number == number && part.Phase == phase && number > (nowMs / _partMs) - Parts)
        {
            part.Failed++;
        }
        else
        {
            Add(phase, nowMs, isFailed: true, isSlow: false);
        }
    }

    /// <summary>Adds up what belongs to a phase and is not too old.</summary>
    public CircuitTotals Sum(int phase, long nowMs)
    {
        CircuitTotals sum = default;
        long number = nowMs / _partMs;
        foreach (ref Part part in _parts.AsSpan())
        {
            if (Volatile.Read(ref part.Number) > number - Parts && part.Phase == phase)
            {
                sum += new CircuitTotals(Volatile.Read(ref part.Requests), Volatile.Read(ref part.Failed), Volatile.Read(ref part.Slow));
            }
        }

        return sum;
    }

    private struct Part
    {
        public long Number;
        public int Phase;
        public long Requests;
        public long Failed;
        public long Slow;
    }
}
