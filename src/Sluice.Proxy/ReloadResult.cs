namespace Sluice.Proxy;

/// <summary>What a reload changed.</summary>
/// <param name="Routes">Routes by their names.</param>
/// <param name="Upstreams">Upstreams by their names.</param>
/// <param name="Listeners">Listeners by their addresses as written.</param>
/// <param name="OthersChanged">Whether anything else differs: limits, trusted proxies, the access log.</param>
public sealed record ReloadResult(PlanChanges Routes, PlanChanges Upstreams, PlanChanges Listeners, bool OthersChanged)
{
    /// <summary>Whether the new plan says anything else than the old one.</summary>
    public bool IsChanged => Routes.Count + Upstreams.Count + Listeners.Count > 0 || OthersChanged;
}
