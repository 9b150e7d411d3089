namespace Sluice.Proxy.Splitting;

/// <summary>Assigns keys to one of several in proportion to their weights, always the same way. Immutable.</summary>
/// <remarks>
/// Weighted rendezvous hashing: each has a score for the key, and the highest wins (Thaler, Ravishankar, "A Name-Based Mapping Scheme for
/// Rendezvous", 1996; the logarithmic weights from Schindelhauer, Schomaker, "Weighted Distributed Hash Tables", 2005). A change of one's weight
/// changes its own scores alone, so that keys move to it or away from it, never between the others, and no more of them than its share changes by.
/// </remarks>
internal sealed class KeyedDraw
{
    private readonly ulong[] _seeds;
    private readonly int[] _weights;

    /// <summary>Prepares the draw.</summary>
    /// <param name="names">The identities, in UTF-8: what stays where it is when others come and go.</param>
    /// <param name="weights">0 or more each, above 0 in sum.</param>
    public KeyedDraw(IReadOnlyList<byte[]> names, ReadOnlySpan<int> weights)
    {
        _seeds = [.. names.Select(name => SplitHash.Of(name))];
        _weights = weights.ToArray();
    }

    /// <summary>The number of the one that a key belongs to.</summary>
    public int Pick(ulong keyHash)
    {
        int best = 0;
        double highest = -1;
        for (int i = 0; i < _seeds.Length; i++)
        {
            double score = _weights[i] == 0 ? -1 : Score(keyHash, i);
            if (score > highest)
            {
                highest = score;
                best = i;
            }
        }

        return best;
    }

    private double Score(ulong keyHash, int index)
    {
        // 53 bits, as many as a double has, and a half, so that it is never 0 or 1.
        double uniform = ((SplitHash.Mix(keyHash ^ _seeds[index]) >> 11) + 0.5) / (1UL << 53);
        return -_weights[index] / Math.Log(uniform);
    }
}
