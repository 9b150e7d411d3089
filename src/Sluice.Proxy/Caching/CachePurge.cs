namespace Sluice.Proxy.Caching;

/// <summary>What is to be removed from the cache.</summary>
/// <param name="Kind">How <paramref name="Text"/> is meant.</param>
/// <param name="Text">An URL, the beginning of one, a host with its port if that is not the default, or a tag; empty for everything.</param>
/// <param name="IsSoft">Whether it only becomes stale: it is still sent while it is asked for anew, or when that fails, as far as its stale times allow.</param>
public sealed record CachePurge(CachePurgeKind Kind, string Text, bool IsSoft);
