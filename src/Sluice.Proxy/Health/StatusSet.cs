using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Health;

/// <summary>Statuses, to be asked for each response. Immutable.</summary>
internal sealed class StatusSet
{
    private readonly bool[] _has = new bool[600];

    /// <summary>Collects them.</summary>
    public StatusSet(PlanList<StatusSpan> spans)
    {
        foreach (StatusSpan span in spans)
        {
            _has.AsSpan(span.From, span.To - span.From + 1).Fill(true);
        }
    }

    /// <summary>Whether a status is one of them.</summary>
    public bool Contains(int status) => (uint)status < (uint)_has.Length && _has[status];
}
