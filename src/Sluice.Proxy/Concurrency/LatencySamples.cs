using System.Diagnostics;

namespace Sluice.Proxy.Concurrency;

/// <summary>Puts together what all workers have seen since somebody looked last. Each worker writes its own part, one thread reads.</summary>
internal sealed class LatencySamples
{
    private readonly LatencyHistogram[] _workers;
    private int[] _seen = new int[LatencyHistogram.BucketCount];
    private int[] _now = new int[LatencyHistogram.BucketCount];

    /// <summary>Creates an empty one.</summary>
    /// <param name="workers">How many workers there are.</param>
    public LatencySamples(int workers) => _workers = [.. Enumerable.Range(0, workers).Select(_ => new LatencyHistogram())];

    /// <summary>Counts a response, on its worker's loop.</summary>
    public void Add(int workerIndex, long microseconds) => _workers[workerIndex].Add(microseconds);

    /// <summary>How many there were since <see cref="Forget"/>, and what half of them took at most.</summary>
    public int Measure(out double medianMicroseconds)
    {
        Array.Clear(_now);
        foreach (LatencyHistogram worker in _workers)
        {
            worker.AddTo(_now);
        }

        int count = 0;
        for (int i = 0; i < _now.Length; i++)
        {
            count += unchecked(_now[i] - _seen[i]);
        }

        medianMicroseconds = count == 0 ? 0 : MedianOf(count);
        return count;
    }

    /// <summary>Begins anew behind what was measured last.</summary>
    public void Forget() => (_seen, _now) = (_now, _seen);

    private double MedianOf(int count)
    {
        int left = (count + 1) / 2;
        for (int i = 0; i < _now.Length; i++)
        {
            left -= unchecked(_now[i] - _seen[i]);
            if (left <= 0)
            {
                return LatencyHistogram.TimeOf(i);
            }
        }

        throw new UnreachableException("Half of them is among them.");
    }
}
