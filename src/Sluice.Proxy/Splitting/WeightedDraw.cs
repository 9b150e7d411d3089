namespace Sluice.Proxy.Splitting;

/// <summary>Draws one of several at random in proportion to their weights. Immutable.</summary>
internal sealed class WeightedDraw
{
    private readonly int[] _cumulative;

    /// <summary>Prepares the draw.</summary>
    /// <param name="weights">0 or more each, above 0 in sum.</param>
    public WeightedDraw(ReadOnlySpan<int> weights)
    {
        _cumulative = new int[weights.Length];
        int sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            _cumulative[i] = sum;
        }
    }

    /// <summary>The number of the one that is drawn.</summary>
    public int Draw(Random random)
    {
        // Who gets which version is no secret: a fast generator is enough.
#pragma warning disable CA5394
        int point = random.Next(_cumulative[^1]);
#pragma warning restore CA5394
        int index = 0;
        while (_cumulative[index] <= point)
        {
            index++;
        }

        return index;
    }
}
