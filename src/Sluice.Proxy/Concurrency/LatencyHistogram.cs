using System.Numerics;

namespace Sluice.Proxy.Concurrency;

/// <summary>How often a worker has seen which response time, since it began: sixteen steps for each doubling, so that a time is known to about three percent.</summary>
/// <remarks>Its worker writes, one other thread reads, without a lock: counts only grow, so the reader keeps what it saw last and takes the difference; one that is being counted comes with the next.</remarks>
internal sealed class LatencyHistogram
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;

    // Up to 2^32 µs, which is more than an hour; what took longer counts as that.
    private const int BitsMax = 32;

    private readonly int[] _counts = new int[BucketCount];

    /// <summary>How many steps there are.</summary>
    public static int BucketCount => (BitsMax - StepBits + 1) * Steps;

    /// <summary>Counts a response, on the worker's loop.</summary>
    /// <param name="microseconds">Its time, from 0.</param>
    public void Add(long microseconds) => _counts[BucketOf(microseconds)]++;

    /// <summary>Adds the counts to those of other workers; one thread.</summary>
    public void AddTo(Span<int> sums)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            sums[i] = unchecked(sums[i] + Volatile.Read(ref _counts[i]));
        }
    }

    /// <summary>The time in the middle of a step, in microseconds.</summary>
    public static double TimeOf(int bucket)
    {
        if (bucket < Steps)
        {
            return bucket + 0.5;
        }

        int shift = (bucket / Steps) - 1;
        return (((bucket % Steps) + Steps) + 0.5) * (1L << shift);
    }

    private static int BucketOf(long microseconds)
    {
        ulong time = (ulong)Math.Clamp(microseconds, 0, (1L << BitsMax) - 1);
        if (time < Steps)
        {
            return (int)time;
        }

        int shift = BitOperations.Log2(time) - StepBits;
        return ((shift + 1) * Steps) + (int)(time >> shift) - Steps;
    }
}
