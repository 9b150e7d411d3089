using Sluice.Http.Caching;
using Sluice.Http.Http1;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Caching;

/// <summary>
/// Makes stale what the response to a HEAD shows to be another one by now (RFC 9111, section 4.3.5). Such a request got to a server as its client sent it, on a route that has
/// GET alone cached; so nothing stored is ever updated from its response, which headers that no key tells apart may have changed.
/// </summary>
internal static class HeadInvalidation
{
    /// <summary>Looks at a response whose head is in <see cref="Exchange.Response"/>. What is in a tier alone is left as it is.</summary>
    public static void Run(Exchange exchange)
    {
        if (exchange.Route?.Cache is not { } cache || exchange.Request.Method != RequestMethod.Head || exchange.Response.Status != 200)
        {
            return;
        }

        CacheStore store = exchange.Worker.CacheStore;
        CacheKey key = exchange.CacheVisit.Key;
        if (!key.TryWrite(exchange, cache) || !store.TryFind(key, exchange.Request.Fields, exchange.Worker.Clock.UnixSeconds, isFirst: false, out MemoryObject found, out StoredMeta meta))
        {
            return;
        }

        if (meta.Kind == StoredKind.Response && meta.Times.Status == 200 && !IsSame(exchange, found, meta.Total > 0 ? meta.Total : found.Length))
        {
            store.Memory.Mark(key.Span);
            store.Tier?.Remove(key.Span, isSoft: true);
        }

        found.Release();
    }

    private static bool IsSame(Exchange exchange, in MemoryObject found, long length)
    {
        ResponseHead response = exchange.Response;
        return exchange.CacheVisit.HeadReader.TryRead(new StoredObject(found, null), exchange.Snapshot.ResponseHeadLimits, out ResponseHead? stored)
            && FresheningSelector.MatchesHead(Validators.Of(response.Fields), response.ContentLength, Validators.Of(stored.Fields), length);
    }
}
