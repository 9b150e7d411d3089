namespace Sluice.Config.Model.Caching;

/// <summary>Whether requests wait for what is being fetched.</summary>
/// <param name="IsOn">Whether they do.</param>
/// <param name="TimeoutMs">How long, in milliseconds; null says nothing of it.</param>
public sealed record CoalesceConfig(bool IsOn, int? TimeoutMs = null);
