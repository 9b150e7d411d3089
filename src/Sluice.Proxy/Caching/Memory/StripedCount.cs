namespace Sluice.Proxy.Caching.Memory;

/// <summary>A counter that threads count in without being in each other's way: each in a cell of its own, mostly. For any thread.</summary>
internal sealed class StripedCount
{
    private const int Cells = 16;

    // Two lines of 64 bytes: processors fetch them in pairs.
    private const int Stride = 128 / sizeof(long);

    private readonly long[] _cells = new long[(Cells + 1) * Stride];

    /// <summary>The sum of all cells.</summary>
    public long Value
    {
        get
        {
            long sum = 0;
            for (int i = 1; i <= Cells; i++)
            {
                sum += Volatile.Read(ref _cells[i * Stride]);
            }

            return sum;
        }
    }

    /// <summary>Adds one. Returns what the thread's cell is at.</summary>
    public long Increment() => Interlocked.Increment(ref _cells[((Environment.CurrentManagedThreadId & (Cells - 1)) + 1) * Stride]);
}
