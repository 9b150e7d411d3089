using System.Diagnostics;

namespace Sluice.Proxy.Health.Outliers;

/// <summary>What a server's counts were at the ends of the last intervals, so that what it does now can be told from what it did before. For one thread.</summary>
internal sealed class OutcomeHistory
{
    /// <summary>How many intervals are kept.</summary>
    public const int Intervals = 10;

    private readonly OutcomeTotals[] _marks = new OutcomeTotals[Intervals];
    private int _newest;
    private int _count = 1;

    /// <summary>Forgets all that was before.</summary>
    public void Restart(in OutcomeTotals totals)
    {
        _marks[_newest] = totals;
        _count = 1;
    }

    /// <summary>Ends an interval.</summary>
    public void Mark(in OutcomeTotals totals)
    {
        _newest = (_newest + 1) % Intervals;
        _marks[_newest] = totals;
        _count = Math.Min(_count + 1, Intervals);
    }

    /// <summary>What came since the end of an interval: the last one that leaves enough to judge by, or the first that is known.</summary>
    /// <param name="totals">The counts now.</param>
    /// <param name="intervalsMin">How many ends of intervals to go back at the least, from 1.</param>
    /// <param name="requestsMin">How many requests are enough.</param>
    public OutcomeTotals Recent(in OutcomeTotals totals, int intervalsMin, long requestsMin)
    {
        Debug.Assert(intervalsMin is >= 1 and <= Intervals, "There is always an end to go back to.");
        OutcomeTotals recent = default;
        for (int back = Math.Min(intervalsMin, _count); back <= _count; back++)
        {
            recent = totals - _marks[(_newest - back + 1 + Intervals) % Intervals];
            if (recent.Requests >= requestsMin)
            {
                break;
            }
        }

        return recent;
    }
}
