using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Caching.Slicing;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching;

/// <summary>Sends what is stored, or what is being fetched as it comes: in the encoding that is kept, and from slice to slice. Belongs to a visit, and is reused.</summary>
internal sealed class StoredReply(Exchange exchange)
{
    private readonly StoredSource _source = new(exchange);
    private readonly EncodedVariant _encoded = new(exchange);
    private SlicedSource? _sliced;

    private SlicedSource Sliced => _sliced ??= new SlicedSource(exchange);

    // They may go back in the content, of which a part may be gone while it is still coming: then the whole is sent (RFC 9110, section 14.2).
    private bool HasSeveralRanges => exchange.Request.Fields.TryGet(KnownField.Range, out ReadOnlySpan<byte> ranges) && ranges.Contains((byte)',');

    /// <summary>Sends what was found.</summary>
    /// <param name="cache">The route's.</param>
    /// <param name="lookup">Who found it.</param>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask SendFoundAsync(RouteCache cache, CacheLookup lookup)
    {
        if (lookup.Meta.Total > 0)
        {
            _source.Begin(lookup.Found);
            await SendSlicesAsync(cache, lookup.Key, lookup.Meta.Total, lookup.Meta.Total);
            return;
        }

        if (_encoded.TryBegin(lookup.Key, lookup.Found, lookup.Meta))
        {
            StoredObject encoded = await _encoded.FindAsync(lookup.HasAskedTier);
            if (!encoded.IsNone)
            {
                _source.Begin(encoded);
                await _source.SendAsync(encoded.Length, hasRanges: false);
                _source.End();
                encoded.Release();
                _encoded.End();
                return;
            }

            _encoded.Record();
        }

        _source.Begin(lookup.Found);
        await _source.SendAsync(lookup.Found.Length);
        _source.End();
        _encoded.End();
    }

    /// <summary>Sends what a fetch stores, or has freshened, as it comes.</summary>
    /// <param name="cache">The route's.</param>
    /// <param name="fetch">The fetch.</param>
    /// <param name="reader">Who reads it.</param>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask SendFetchedAsync(RouteCache cache, Fetch fetch, FetchReader reader)
    {
        FetchedObject stored = fetch.Object!;
        _source.Begin(stored, fetch, reader);
        if (stored.Total > 0)
        {
            Sliced.Follow(fetch, reader);
            await SendSlicesAsync(cache, stored.Key, stored.Total, !stored.IsComplete && HasSeveralRanges ? -1 : stored.Total);
            return;
        }

        await _source.SendAsync(LengthOf(stored));
        _source.End();
    }

    // Trailers go behind content without a length (RFC 9112, section 7.1.2).
    private long LengthOf(FetchedObject stored) =>
        !stored.IsComplete ? HasSeveralRanges ? -1 : stored.ContentLength
        : stored.Trailers is null || exchange.Request.Fields.Contains(KnownField.Range) ? stored.Length
        : -1;

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendSlicesAsync(RouteCache cache, CacheKey key, long total, long length)
    {
        await Sliced.SendAsync(_source, cache, key, total, length);
        Sliced.End();
        _source.End();
    }
}
