namespace Sluice.Proxy.Balancing;

/// <summary>Draws numbers at random in proportion to weights, each with one random number and one look (Walker's alias method, built as in Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", 1991). Immutable.</summary>
internal sealed class AliasTable
{
    // Side by side, so that a draw touches one line of the cache.
    private readonly (long Threshold, int Alias)[] _columns;

    /// <summary>Prepares the draw.</summary>
    /// <param name="weights">At least one; above 0 each.</param>
    public AliasTable(ReadOnlySpan<int> weights)
    {
        int count = weights.Length;
        long weightSum = 0;
        foreach (int weight in weights)
        {
            weightSum += weight;
        }

        // Each column holds the mean weight: what a light one lacks is filled up by a heavy one. Scaled by the count, so that all stays whole.
        _columns = new (long, int)[count];
        var light = new Stack<int>(count);
        var heavy = new Stack<int>(count);
        for (int i = 0; i < count; i++)
        {
            _columns[i] = ((long)weights[i] * count, i);
            (_columns[i].Threshold < weightSum ? light : heavy).Push(i);
        }

        while (light.Count > 0 && heavy.Count > 0)
        {
            int small = light.Pop();
            int large = heavy.Pop();
            _columns[small].Alias = large;
            _columns[large].Threshold -= weightSum - _columns[small].Threshold;
            (_columns[large].Threshold < weightSum ? light : heavy).Push(large);
        }

        // As a part of 2^63, which is what a draw has to compare with: nothing is divided then.
        foreach (ref (long Threshold, int Alias) column in _columns.AsSpan())
        {
            column.Threshold = (long)UInt128.Min(((UInt128)column.Threshold << 63) / (UInt128)weightSum, long.MaxValue);
        }
    }

    /// <summary>A number from 0 to the count of weights less 1.</summary>
    public int Draw(Random random)
    {
        // Who gets a request is no secret: a fast generator is enough.
#pragma warning disable CA5394
        ulong point = (ulong)random.NextInt64() << 1;
#pragma warning restore CA5394

        // Of the product the high half is even among the columns, and the low half is even within one (Lemire, "Fast Random Integer Generation in an Interval", 2019); what is
        // not even is less than the count in 2^63.
        int column = (int)Math.BigMul(point, (ulong)_columns.Length, out ulong within);
        (long threshold, int alias) = _columns[column];

        // All ones if it is below. A branch would be taken at random, and half of the time be guessed wrong.
        int own = (int)(((long)(within >> 1) - threshold) >> 63);
        return alias ^ ((alias ^ column) & own);
    }
}
