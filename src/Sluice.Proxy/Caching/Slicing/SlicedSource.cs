using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Representations;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching.Slicing;

/// <summary>The content of a response that is stored in slices, of which those that are missing are fetched when they are read. Belongs to an exchange, and is reused.</summary>
/// <remarks>
/// The first slice is stored under the key of the response, with its head; whether that is fresh is for all. Each further one is under that key, its number, and the strong validator of the response:
/// when the content changes, so does that, and slices of different contents never come together. A server that answers with another validator meanwhile ends the response.
/// </remarks>
internal sealed class SlicedSource(Exchange exchange) : RepresentationSource
{
    // Whoever finds that somebody else fetches, and then that it has ended without a slice, looks again so often.
    private const int RoundsMax = 3;

    private readonly StoredSource _part = new(exchange);
    private readonly CacheKey _partKey = new();
    private StoredSource _first = null!;
    private CacheKey _key = null!;
    private RouteCache _cache = null!;
    private Fetch? _firstFetch;
    private FetchReader? _firstReader;
    private byte[] _validator = [];
    private long _total;
    private long _index;
    private StoredObject _found;
    private Fetch? _fetch;
    private FetchReader? _reader;

    private CacheStore Store => exchange.Worker.CacheStore;

    private int SliceBytes => _cache.Plan.SliceBytes;

    /// <summary>Sends the response.</summary>
    /// <param name="first">Begun with the first slice.</param>
    /// <param name="cache">What the route has cached.</param>
    /// <param name="key">The key of the first slice; not changed meanwhile.</param>
    /// <param name="total">How long the whole content is.</param>
    /// <param name="length">The same, or -1 when ranges are not to be sent.</param>
    public ValueTask SendAsync(StoredSource first, RouteCache cache, CacheKey key, long total, long length)
    {
        _first = first;
        _cache = cache;
        _key = key;
        _total = total;
        if (!first.TryBindHead())
        {
            return first.FailAsync();
        }

        ReadOnlySpan<byte> validator = SliceResponse.ValidatorOf(exchange.Response.Fields);
        _validator = validator.SequenceEqual(_validator) ? _validator : validator.ToArray();
        return first.SendBoundAsync(length, this);
    }

    /// <summary>The first slice is still on its way; before it is sent.</summary>
    public void Follow(Fetch fetch, FetchReader reader)
    {
        _firstFetch = fetch;
        _firstReader = reader;
    }

    /// <summary>Forgets it.</summary>
    public void End()
    {
        Close();
        _firstFetch = null;
        _firstReader = null;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public override async ValueTask<BodySlice> ReadAsync(long offset, int max)
    {
        long index = offset / SliceBytes;
        long start = index * SliceBytes;
        max = (int)Math.Min(max, Math.Min(start + SliceBytes, _total) - offset);
        if (index > 0 && index != _index)
        {
            _firstFetch?.Skip(_firstReader!);
            ProxyErrorCode error = await OpenAsync(index);
            if (error != ProxyErrorCode.None)
            {
                return BodySlice.Failed(error);
            }
        }

        BodySlice slice = await (index == 0 ? _first : _part).ReadAsync(offset - start, max);
        return slice.Error != ProxyErrorCode.None ? slice
            : slice.Count == 0 ? BodySlice.Failed(ProxyErrorCode.CacheReadFailed)
            : slice with { IsLast = offset + slice.Count == _total };
    }

    /// <inheritdoc/>
    public override void Cancel()
    {
        _first.Cancel();
        _part.Cancel();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> OpenAsync(long index)
    {
        Close();
        if (_validator.Length == 0 || !_partKey.TrySlice(_key, index, _validator))
        {
            return ProxyErrorCode.CacheReadFailed;
        }

        for (int round = 0; round < RoundsMax; round++)
        {
            if (await TryFindAsync(Math.Min(SliceBytes, _total - (index * SliceBytes))))
            {
                _part.Begin(_found);
                _index = index;
                return ProxyErrorCode.None;
            }

            if (JoinOrBegin(index, isLast: round == RoundsMax - 1, out Fetch? fetch) is { } reader)
            {
                _fetch = fetch;
                _reader = reader;
                exchange.Waiting = reader;
                if (await FollowAsync(fetch!, reader) is { } error)
                {
                    _index = index;
                    return error;
                }

                Close();
            }
        }

        return ProxyErrorCode.CacheReadFailed;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<bool> TryFindAsync(long length)
    {
        if (Store.Memory.TryGet(_partKey.Span, out MemoryObject found))
        {
            return TryTakeFound(found, length);
        }

        if (Store.Tier is not { } tier || !tier.MayHold(_partKey.Span))
        {
            return false;
        }

        StoredObject inTier = await TierLookup.FindAsync(exchange.Worker, tier, _partKey.Span.ToArray());
        if (inTier.Tier is null)
        {
            // What is small is in memory now.
            return Store.Memory.TryPeek(_partKey.Span, out found) && TryTakeFound(found, length);
        }

        bool isRight = IsRight(MemoryMarshal.Read<StoredMeta>(inTier.Tier.Meta), inTier.Tier.IsMarked, inTier.Length, length);
        if (!isRight)
        {
            inTier.Release();
            return false;
        }

        _found = inTier;
        return true;
    }

    private bool TryTakeFound(MemoryObject found, long length)
    {
        if (!IsRight(found.Meta.As<StoredMeta>(), found.IsMarked, found.Length, length))
        {
            found.Release();
            return false;
        }

        _found = new StoredObject(found, null);
        if (Store.Tier is { } tier && !found.IsKept)
        {
            Store.Promotions.Consider(_partKey.Span, found, tier);
        }

        return true;
    }

    private bool IsRight(in StoredMeta meta, bool isMarked, long length, long expected) =>
        meta.Kind == StoredKind.Response && meta.Total == _total && !isMarked && length == expected;

    // Null when somebody else has begun since. What comes to nothing for others, they are not to wait for; and at last each fetches for itself.
    private FetchReader? JoinOrBegin(long index, bool isLast, out Fetch? fetch)
    {
        fetch = null;
        bool mayStore = !_cache.IsNotStored(exchange);
        bool leads = !isLast && RouteCache.MayLead(exchange, mayStore);
        if (_cache.Plan.Coalesces && Store.Fetches.TryJoin(_partKey.Span, exchange.Worker, out fetch) is { } joined)
        {
            return joined;
        }

        fetch = new Fetch(exchange.Worker, _cache, _partKey)
        {
            MayStore = mayStore,
            Slice = new SliceRequest(index, SliceBytes, _total, _validator),
        };
        if (_cache.Plan.Coalesces && leads && !Store.Fetches.TryAdd(fetch))
        {
            return null;
        }

        // Whoever fetched the same until a moment ago has stored it before it left the table.
        if (Store.Memory.TryPeek(_partKey.Span, out MemoryObject found))
        {
            bool isThere = IsRight(found.Meta.As<StoredMeta>(), found.IsMarked, found.Length, fetch.Slice.Last - fetch.Slice.First + 1);
            found.Release();
            if (isThere)
            {
                Store.Fetches.Remove(fetch);
                fetch.GiveUp();
                return null;
            }
        }

        return fetch.Begin(exchange, waits: true);
    }

    // Null when it came to nothing that says anything about the content, so that it has to be looked for again.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode?> FollowAsync(Fetch fetch, FetchReader reader)
    {
        while (true)
        {
            long version = fetch.Version;
            switch (fetch.Phase)
            {
                case FetchPhase.Asking:
                    break;
                case FetchPhase.Storing or FetchPhase.Handing or FetchPhase.Stored:
                    _part.Begin(fetch.Object!, fetch, reader);
                    return ProxyErrorCode.None;
                case FetchPhase.Outdated:
                    return null;
                default:
                    if (!reader.IsLeader && fetch.Error != ProxyErrorCode.SliceChanged)
                    {
                        return null;
                    }

                    return Fail(fetch.Error);
            }

            if (!await reader.WaitAsync(version, 0))
            {
                return ProxyErrorCode.ClientGone;
            }
        }
    }

    // The first slice is of no use without the others.
    private ProxyErrorCode Fail(ProxyErrorCode error)
    {
        if (error == ProxyErrorCode.SliceChanged)
        {
            Store.Memory.Remove(_key.Span);
            Store.Tier?.Remove(_key.Span, isSoft: false);
        }

        Debug.Assert(error != ProxyErrorCode.None, "A fetch that has failed says why.");
        return error == ProxyErrorCode.None ? ProxyErrorCode.SliceChanged : error;
    }

    private void Close()
    {
        _part.End();
        if (_reader is { } reader)
        {
            exchange.Waiting = null;
            _fetch!.Leave(reader);
            _reader = null;
            _fetch = null;
        }

        if (!_found.IsNone)
        {
            _found.Release();
            _found = default;
        }

        _index = 0;
    }
}
