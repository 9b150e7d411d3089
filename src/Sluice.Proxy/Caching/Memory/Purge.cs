namespace Sluice.Proxy.Caching.Memory;

/// <summary>A purge that is remembered for what was on its way when it ran.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Means">Which objects.</param>
/// <param name="IsSoft">Whether they are only marked.</param>
internal sealed record Purge(long Sequence, CachePredicate Means, bool IsSoft);
