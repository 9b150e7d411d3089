namespace Sluice.Proxy.Plans;

/// <summary>Makes <see cref="PlanList{T}"/> from collection expressions.</summary>
public static class PlanList
{
    /// <summary>A list of these values.</summary>
    public static PlanList<T> Create<T>(ReadOnlySpan<T> values) => values.IsEmpty ? PlanList<T>.Empty : new PlanList<T>(values.ToArray());
}
