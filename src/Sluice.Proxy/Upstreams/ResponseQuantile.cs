using System.Numerics;

namespace Sluice.Proxy.Upstreams;

/// <summary>How long an upstream's requests take to the heads of their responses: any quantile, within an eighth. One worker's; it forgets by halves.</summary>
/// <remarks>Eight buckets for each power of two of microseconds, up to an hour. What was cut short counts with the time that it had taken: it would have been no quicker.</remarks>
internal sealed class ResponseQuantile
{
    /// <summary>Fewer than these say nothing.</summary>
    public const int Enough = 100;

    private const int SubBits = 3;
    private const int Octaves = 32;
    private const int HalveAt = 4_096;
    private const int RefreshEach = 32;

    private readonly int[] _counts = new int[Octaves << SubBits];
    private int _total;
    private int _added;
    private int _quantile;
    private int _milliseconds;

    /// <summary>Counts a response.</summary>
    /// <param name="milliseconds">How long it took, from 0.</param>
    public void Add(double milliseconds)
    {
        _counts[BucketOf((uint)Math.Min(milliseconds * 1_000, int.MaxValue))]++;
        _added++;
        if (++_total >= HalveAt)
        {
            Halve();
        }
    }

    /// <summary>The time within which a share of the responses came, in milliseconds from 1; 0 while too few are known.</summary>
    /// <param name="hundredths">The share, in hundredths of a percent.</param>
    public int Milliseconds(int hundredths)
    {
        if (_total < Enough)
        {
            return 0;
        }

        if (_added >= RefreshEach || _quantile != hundredths || _milliseconds == 0)
        {
            _added = 0;
            _quantile = hundredths;
            _milliseconds = Find(hundredths);
        }

        return _milliseconds;
    }

    private static int BucketOf(uint microseconds)
    {
        int octave = BitOperations.Log2(microseconds | 1);
        return octave < SubBits ? (int)microseconds : ((octave - SubBits + 1) << SubBits) + (int)((microseconds >> (octave - SubBits)) & ((1 << SubBits) - 1));
    }

    // The first time beyond a bucket, in microseconds.
    private static long EndOf(int bucket)
    {
        int octave = (bucket >> SubBits) - 1;
        long next = (bucket & ((1 << SubBits) - 1)) + 1;
        return octave < 0 ? next : ((1L << SubBits) + next) << octave;
    }

    private int Find(int hundredths)
    {
        long wanted = (long)_total * hundredths / 10_000;
        long seen = 0;
        int bucket = -1;
        while (seen <= wanted && bucket < _counts.Length - 1)
        {
            seen += _counts[++bucket];
        }

        return (int)Math.Min((EndOf(bucket) + 999) / 1_000, int.MaxValue);
    }

    private void Halve()
    {
        _total = 0;
        foreach (ref int count in _counts.AsSpan())
        {
            count >>= 1;
            _total += count;
        }
    }
}
