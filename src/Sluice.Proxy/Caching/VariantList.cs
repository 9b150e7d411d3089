using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Caching.Memory;

namespace Sluice.Proxy.Caching;

/// <summary>
/// The list of fields that responses for a key vary by: stored under the key itself, while the responses are under keys with what requests say in these fields. It stays
/// while it names the same. For the loop of the fetch.
/// </summary>
internal static class VariantList
{
    // Whoever sends other values each time must not fill the cache with variants of one thing: further ones are passed on.
    private const int VariantsMax = 32;

    // So long at least before all of them make room for others: what filled the list may be a crawler's, or of no use any more.
    private const int FullSeconds = 600;

    private const int ListSeconds = 30 * 24 * 3600;

    /// <summary>
    /// The fields that a fetch's server gets only because responses vary by them (<see cref="VariedFields"/>): of the list, or of the mark that a response was not to be stored.
    /// </summary>
    public static byte[] Learn(Fetch fetch)
    {
        if ((fetch.Cache.Store.Ignored & IgnoredFields.Vary) != 0 || !fetch.Memory.TryPeek(fetch.Key.ListKey, out MemoryObject known))
        {
            return [];
        }

        byte[] names = known.Meta.As<StoredMeta>().Kind is StoredKind.Variants or StoredKind.Unstorable ? fetch.Cache.UnkeyedOf(known.Head) : [];
        known.Release();
        return names;
    }

    /// <summary>Has the next fetch know what responses vary by; false when there is no memory, or the URL was purged meanwhile.</summary>
    public static bool TryAnnounce(Fetch fetch, ReadOnlySpan<byte> names)
    {
        bool isThere = false;
        if (TryFind(fetch, out MemoryObject list))
        {
            isThere = list.Head.SequenceEqual(names);
            list.Release();
        }

        return isThere || TryPut(fetch, fetch.NextGeneration(), fetch.Now, 0, names);
    }

    /// <summary>Has the key of a fetch become that of its variant, and the list be there; false when there are too many, or there is no memory.</summary>
    /// <param name="fetch">Whose response it is.</param>
    /// <param name="names">The fields that it varies by.</param>
    /// <param name="generation">Of the list.</param>
    public static bool TryEnter(Fetch fetch, ReadOnlySpan<byte> names, out ulong generation)
    {
        FieldTable request = fetch.Exchange.Request.Fields;
        generation = 0;
        int count = 0;
        long since = fetch.Now;
        if (TryFind(fetch, out MemoryObject list))
        {
            StoredMeta known = list.Meta.As<StoredMeta>();
            bool isOutgrown = known.VariantCount >= VariantsMax && fetch.Now - known.Times.ReceivedAt > FullSeconds;
            if (list.Head.SequenceEqual(names) && !isOutgrown)
            {
                generation = known.Generation;
                count = known.VariantCount;
                since = known.Times.ReceivedAt;
            }

            list.Release();
        }

        generation = generation == 0 ? fetch.NextGeneration() : generation;
        if (!fetch.Key.TryVary(generation, names, request))
        {
            return false;
        }

        if (!fetch.Key.Span.SequenceEqual(fetch.Id))
        {
            // That it was asked for was counted under another key, before it was known what it varies by.
            fetch.Memory.CountUse(fetch.Key.Span);
        }

        bool isThere = fetch.Memory.TryPeek(fetch.Key.Span, out MemoryObject variant);
        if (isThere)
        {
            variant.Release();
            return true;
        }

        return count < VariantsMax && TryPut(fetch, generation, since, count + 1, names);
    }

    /// <summary>
    /// The same for a response that varies by nothing, where others for its key do: a default that lacks its <c>Vary</c> must not take the place of what suits a request
    /// better (RFC 9111, section 4.1), nor of all of them.
    /// </summary>
    /// <param name="fetch">Whose response it is.</param>
    /// <param name="names">Takes the fields that the others vary by.</param>
    /// <param name="length">How long these are.</param>
    /// <param name="generation">Of the list.</param>
    public static JoinOutcome Join(Fetch fetch, Span<byte> names, out int length, out ulong generation)
    {
        length = 0;
        generation = 0;
        if (!TryFind(fetch, out MemoryObject list))
        {
            return JoinOutcome.NoList;
        }

        bool fits = list.Head.TryCopyTo(names);
        length = fits ? list.Head.Length : 0;
        list.Release();
        if (fits && TryEnter(fetch, names[..length], out generation))
        {
            return JoinOutcome.Joined;
        }

        length = 0;
        return JoinOutcome.Refused;
    }

    private static bool TryFind(Fetch fetch, out MemoryObject list)
    {
        if (!fetch.Memory.TryPeek(fetch.Key.Primary, out list))
        {
            return false;
        }

        if (list.Meta.As<StoredMeta>().Kind == StoredKind.Variants && !list.IsMarked)
        {
            return true;
        }

        list.Release();
        return false;
    }

    private static bool TryPut(Fetch fetch, ulong generation, long since, int count, ReadOnlySpan<byte> names)
    {
        var times = new StoredTimes { ReceivedAt = since };
        CacheMeta meta = CacheMeta.Of(new StoredMeta { Kind = StoredKind.Variants, Generation = generation, VariantCount = (byte)count, Times = times });
        MemoryWriter? writer = fetch.Memory.Begin(fetch.Key.Primary, meta, fetch.Now + ListSeconds, names, 0);
        return writer?.Commit(fetch.Since, always: true) == CommitOutcome.Stored;
    }
}
