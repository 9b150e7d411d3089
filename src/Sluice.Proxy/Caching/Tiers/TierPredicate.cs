namespace Sluice.Proxy.Caching.Tiers;

/// <summary>
/// Whether a purge means an object. Called by several threads at once, long after the purge, too: it depends on nothing but what it is given, throws nothing and takes no lock.
/// </summary>
/// <param name="key">The key.</param>
/// <param name="meta">The metadata.</param>
/// <param name="head">The head.</param>
public delegate bool TierPredicate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> head);
