namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// Whether a purge means an object. Called by several threads at once, long after the purge, too, for objects that were on their way meanwhile: it depends on nothing but
/// what it is given, throws nothing, takes no lock and some microseconds at most.
/// </summary>
internal delegate bool CachePredicate(in CacheEntryView entry);
