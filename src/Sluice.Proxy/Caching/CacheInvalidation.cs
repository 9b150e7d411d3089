using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Caching;

/// <summary>
/// Removes what a request may have changed: what is stored for its URL, and for those that its response names (RFC 9111, section 4.4); and what it shows to have changed (section 4.3.5).
/// </summary>
internal static class CacheInvalidation
{
    // A configuration with more cached routes than that is possible; then it is for those that purge.
    private const int RoutesMax = 32;

    /// <summary>Looks at a response whose head is in <see cref="Exchange.Response"/>.</summary>
    public static void Run(Exchange exchange)
    {
        HeadInvalidation.Run(exchange);
        if (exchange.Snapshot.CachedRoutes.Length == 0 || !InvalidationRules.Invalidates(exchange.Request.Method, exchange.Response.Status))
        {
            return;
        }

        Span<byte> text = stackalloc byte[InvalidationRules.ReferenceBytesMax];
        ReadOnlySpan<RouteCache> caches = exchange.Snapshot.CachedRoutes;
        foreach (RouteCache cache in caches[..Math.Min(caches.Length, RoutesMax)])
        {
            Remove(exchange, cache, default, default);
            RemoveNamed(exchange, cache, KnownField.Location, text);
            RemoveNamed(exchange, cache, KnownField.ContentLocation, text);
        }
    }

    private static void RemoveNamed(Exchange exchange, RouteCache cache, KnownField field, Span<byte> text)
    {
        bool isHttps = RouteCache.SchemeOf(exchange).SequenceEqual("https"u8);
        if (cache.Plan.Key is null && InvalidationRules.TryFindTarget(exchange.Request, exchange.Response.Fields, field, isHttps, text, out InvalidationTarget target))
        {
            Remove(exchange, cache, text, target);
        }
    }

    private static void Remove(Exchange exchange, RouteCache cache, ReadOnlySpan<byte> text, InvalidationTarget target)
    {
        CacheKey key = exchange.CacheVisit.Key;
        if (text.IsEmpty ? key.TryWrite(exchange, cache) : key.TryWrite(exchange, cache, target.PathIn(text), target.HasQuery, target.QueryIn(text)))
        {
            exchange.Worker.CacheStore.Remove(key.Primary);
        }
    }
}
