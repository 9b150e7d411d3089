namespace Sluice.Proxy.Health.Outliers;

/// <summary>The shares of errors of an upstream's servers, so that one can be compared with the others. Made again and again in the same memory; for one thread.</summary>
internal sealed class SiblingShares(int servers)
{
    // What all do alike isn't one server's fault: it has to be twice as bad as the better ones.
    private const double Worse = 2;

    private readonly double[] _sorted = new double[servers];
    private int _count;

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a server that had requests.</summary>
    public void Add(double share) => _sorted[_count++] = share;

    /// <summary>Makes them ready to be asked.</summary>
    public void Sort() => Array.Sort(_sorted, 0, _count);

    /// <summary>Whether a server that is among them fails so much more than its siblings that the fault is its own.</summary>
    /// <remarks>Its siblings are those in the better quarter, so that it can be told from them while others are as bad. Without any, nothing speaks for it.</remarks>
    public bool StandsOut(double own)
    {
        if (_count < 2)
        {
            return own > 0;
        }

        int place = (_count - 2) / 4;
        double better = own <= _sorted[place] ? _sorted[place + 1] : _sorted[place];
        return own > better * Worse;
    }
}
