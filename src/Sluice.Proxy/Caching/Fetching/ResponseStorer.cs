using System.Buffers;
using System.Runtime.InteropServices;
using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Slicing;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>Decides what becomes of a response when its head is there: stored, used to freshen what is stored, or passed on (RFC 9111, sections 3 and 4.3). On the fetch's loop.</summary>
internal static class ResponseStorer
{
    // What is stale for longer than that is hardly ever still the same.
    private const int ValidatorSeconds = 7 * 24 * 3600;

    private const int UnstorableSeconds = 60;
    private const int NotModified = 304;

    /// <summary>Decides.</summary>
    /// <param name="fetch">Whose response it is.</param>
    /// <param name="contentLength">Of the content, or -1.</param>
    /// <param name="stored">What is written or freshened.</param>
    public static FetchPhase Decide(Fetch fetch, long contentLength, out FetchedObject? stored)
    {
        stored = null;
        ResponseHead response = fetch.Exchange.Response;
        RouteCache cache = fetch.Cache;
        long now = fetch.Now;
        if (fetch.Stored is { } validated)
        {
            if (response.Status == NotModified)
            {
                stored = Freshen(fetch, validated, now);
                return stored is null ? FetchPhase.Outdated : FetchPhase.Refreshed;
            }
        }

        bool isErrorInPlace = !fetch.StoredObject.IsNone && ReuseRules.IsError(response.Status);
        if (isErrorInPlace && ReuseRules.MayServeOnError(fetch.StoredMeta.Times, default, now, cache.Reuse, isDisconnected: false))
        {
            return FetchPhase.ErrorStatus;
        }

        long total = 0;
        SliceOutcome slice = fetch.Slice is null ? SliceOutcome.Whole : SliceResponse.Read(fetch, contentLength, out total);
        if (slice == SliceOutcome.Unusable)
        {
            return GiveUpSlices(fetch);
        }

        ResponseDirectives directives = ResponseDirectives.Read(response.Fields, cache.Store.Ignored);
        ResponseTimes times = ResponseTimes.Of(response.Fields, fetch.RequestedAt, now);
        StoreVerdict verdict = StoreRules.Decide(fetch.Exchange.Request, response, directives, times, cache.Store, out StoredTimes known);
        if (fetch.Slice is { IsFirst: false })
        {
            bool isStored = verdict == StoreVerdict.Store && fetch.MayStore && MayBeShared(fetch.Exchange, directives);
            stored = BeginFurther(fetch, directives, known, contentLength, isStored);
            return FetchPhase.Storing;
        }

        Span<byte> names = stackalloc byte[VaryKey.NameBytesMax];
        VariedOutcome varied = VariedFields.Read(fetch, names, out int namesLength);
        names = names[..namesLength];
        if (varied == VariedOutcome.Withheld && VariantList.TryAnnounce(fetch, names))
        {
            // Asked for again, with what was kept back from the server.
            return FetchPhase.Outdated;
        }

        bool isTold = varied is VariedOutcome.None or VariedOutcome.Told;
        if (verdict == StoreVerdict.Store && isTold && fetch.MayStore && MayBeShared(fetch.Exchange, directives) && IsAskedForEnough(fetch) && !IsTooLarge(cache, Math.Max(total, contentLength)))
        {
            stored = Begin(fetch, directives, known, contentLength, total, names);
        }
        else if ((IsOfResponse(verdict) || varied == VariedOutcome.Untold) && fetch.MayStore && !isErrorInPlace)
        {
            Mark(fetch, now, names);
        }

        return stored is not null ? FetchPhase.Storing : total > 0 ? GiveUpSlices(fetch) : FetchPhase.Passing;
    }

    // A first slice that can't be used, or isn't stored, is asked for again as a whole; without a further one there is nothing to be sent.
    private static FetchPhase GiveUpSlices(Fetch fetch)
    {
        fetch.IsUnsliceable = true;
        if (fetch.Slice!.IsFirst && !fetch.StoredObject.IsNone)
        {
            // It was asked about, and is something else now; nobody may be there to ask for that.
            Forget(fetch);
        }

        return fetch.Slice!.IsFirst ? FetchPhase.Outdated : FetchPhase.Failed;
    }

    // What the request is to blame for says nothing about the next one.
    private static bool IsOfResponse(StoreVerdict verdict) =>
        verdict is StoreVerdict.NoStore or StoreVerdict.Private or StoreVerdict.SetCookie or StoreVerdict.VaryAny or StoreVerdict.NotCacheable or StoreVerdict.Useless;

    // A certificate says who the client is, as Authorization does (RFC 9111, section 3.5).
    private static bool MayBeShared(Exchange exchange, in ResponseDirectives directives) =>
        exchange.ClientTls?.Certificate is null || directives.Has(DirectiveFlags.Public | DirectiveFlags.MustRevalidate) || directives.SharedMaxAge is not null;

    private static bool IsAskedForEnough(Fetch fetch) => fetch.Cache.Plan.UsesMin <= 1 || fetch.Memory.FrequencyOf(fetch.Key.Primary) >= fetch.Cache.Plan.UsesMin;

    private static bool IsTooLarge(RouteCache cache, long contentLength) => cache.Plan.ObjectBytesMax > 0 && contentLength > cache.Plan.ObjectBytesMax;

    private static FetchedObject? Begin(Fetch fetch, in ResponseDirectives directives, in StoredTimes times, long contentLength, long total, ReadOnlySpan<byte> varied)
    {
        Exchange exchange = fetch.Exchange;
        Span<byte> names = stackalloc byte[VaryKey.NameBytesMax];
        if (!TryVary(fetch, varied, names, out int namesLength, out ulong generation))
        {
            return null;
        }

        var writer = new HeadWriter(exchange.Worker.SectionBuffer);
        bool isWritten = StoredHead.Write(ref writer, exchange.Response, directives, fetch.Now, fetch.Cache.Store);
        StoredTags.Append(ref writer, exchange.Response.Fields);
        if (!isWritten || writer.Overflowed)
        {
            return null;
        }

        CacheMeta meta = CacheMeta.Of(new StoredMeta { Times = times, Generation = fetch.NextGeneration(), Total = total });
        ReadOnlySpan<byte> head = writer.WrittenFrom(0);
        MemoryWriter? memory = fetch.Memory.Begin(fetch.Key.Span, meta, UselessAfter(times), head, contentLength);
        ITierWriter? tier = BeginInTier(fetch, meta, head, contentLength, UselessAfter(times));
        MarkKept(memory, tier);

        return memory is null && tier is null ? null : new FetchedObject(fetch.Key, memory, tier, fetch.Since, times, contentLength)
        {
            Withheld = WithheldOf(exchange.Response.Fields, directives, fetch.Cache.Store),
            Total = total,
            VaryNames = names[..namesLength].ToArray(),
            Generation = generation,
        };
    }

    // What can't be stored is handed on. It has the tags that the first one has, so that it goes when that is purged.
    private static FetchedObject BeginFurther(Fetch fetch, in ResponseDirectives directives, in StoredTimes times, long contentLength, bool isStored)
    {
        var writer = new HeadWriter(fetch.Exchange.Worker.SectionBuffer);
        bool isWritten = StoredHead.Write(ref writer, fetch.Exchange.Response, directives, fetch.Now, fetch.Cache.Store);
        StoredTags.Append(ref writer, fetch.Exchange.Response.Fields);
        MemoryWriter? memory = null;
        ITierWriter? tier = null;
        if (isStored && isWritten && !writer.Overflowed)
        {
            CacheMeta meta = CacheMeta.Of(new StoredMeta { Times = times, Generation = fetch.NextGeneration(), Total = fetch.Slice!.Total });
            ReadOnlySpan<byte> head = writer.WrittenFrom(0);
            memory = fetch.Memory.Begin(fetch.Key.Span, meta, UselessAfter(times), head, contentLength);
            tier = BeginInTier(fetch, meta, head, contentLength, UselessAfter(times));
            MarkKept(memory, tier);
        }

        return new FetchedObject(fetch.Key, memory, tier, fetch.Since, times, contentLength) { Total = fetch.Slice!.Total };
    }

    private static ITierWriter? BeginInTier(Fetch fetch, in CacheMeta meta, ReadOnlySpan<byte> head, long contentLength, long uselessAfter)
    {
        if (fetch.Tier is not { } tier)
        {
            return null;
        }

        ITierWriter? writer = tier.TryBegin(EntryOf(fetch, meta, head, contentLength, uselessAfter));
        if (writer is not null)
        {
            TierPromotions.KeepList(fetch.Memory, tier, fetch.Key.Span, fetch.SinceInTier);
        }

        return writer;
    }

    private static TierEntry EntryOf(Fetch fetch, in CacheMeta meta, ReadOnlySpan<byte> head, long contentLength, long uselessAfter) => new()
    {
        Key = fetch.Key.Span,
        Meta = BytesOf(meta),
        Head = head,
        ContentLength = contentLength,
        UselessAfter = uselessAfter,
        Since = fetch.SinceInTier,
        MetaBefore = fetch.StoredObject.IsNone ? default : fetch.StoredObject.Meta,
        Uses = fetch.Memory.FrequencyOf(fetch.Key.Span),
    };

    private static void MarkKept(MemoryWriter? memory, ITierWriter? tier)
    {
        if (tier is { IsEverywhere: true })
        {
            _ = memory?.Object.TryMarkKept();
        }
    }

    // The key becomes that of the variant, where the response is one.
    private static bool TryVary(Fetch fetch, ReadOnlySpan<byte> varied, Span<byte> names, out int length, out ulong generation)
    {
        if (!varied.IsEmpty)
        {
            varied.CopyTo(names);
            length = varied.Length;
            return VariantList.TryEnter(fetch, varied, out generation);
        }

        length = 0;
        generation = 0;
        bool isIgnored = (fetch.Cache.Store.Ignored & IgnoredFields.Vary) != 0;
        switch (isIgnored ? JoinOutcome.NoList : VariantList.Join(fetch, names, out length, out generation))
        {
            case JoinOutcome.NoList:
                fetch.Key.DropVariant();
                return true;
            case JoinOutcome.Refused:
                // It must not take the place of all the others.
                return false;
            default:
                return true;
        }
    }

    // What is for the first client alone: cookies that are not to be stored, and what no-cache="…" and private="…" name (RFC 9111, sections 5.2.2.4 and 5.2.2.7).
    private static byte[]? WithheldOf(FieldTable fields, in ResponseDirectives directives, StoreOptions options)
    {
        bool withholdsCookies = options.Cookies == CookieRule.Strip && fields.Contains(KnownField.SetCookie);
        if (!withholdsCookies && !directives.Has(DirectiveFlags.HasFieldNames))
        {
            return null;
        }

        var lines = new ArrayBufferWriter<byte>();
        for (int i = 0; i < fields.Count; i++)
        {
            bool isForFirst = (withholdsCookies && fields[i].Known == KnownField.SetCookie) || WithheldFields.Contains(fields, directives, fields.Name(i));
            if (isForFirst && (fields[i].Flags & (FieldFlags.HopByHop | FieldFlags.Framing)) == 0)
            {
                lines.Write(fields.Name(i));
                lines.Write(": "u8);
                lines.Write(fields.Value(i));
                lines.Write("\r\n"u8);
            }
        }

        return lines.WrittenCount == 0 ? null : lines.WrittenSpan.ToArray();
    }

    // With what it varies by: the next fetch has to know which fields its server is to get.
    private static void Mark(Fetch fetch, long now, ReadOnlySpan<byte> names)
    {
        CacheMeta meta = CacheMeta.Of(new StoredMeta { Kind = StoredKind.Unstorable });
        fetch.Memory.Begin(fetch.Key.Primary, meta, now + UnstorableSeconds, names, 0)?.Commit(fetch.Since, always: true);
    }

    // RFC 9111, section 4.3.4. Null when the 304 means something else than what is stored.
    private static FetchedObject? Freshen(Fetch fetch, ResponseHead stored, long now)
    {
        ResponseHead update = fetch.Exchange.Response;
        FresheningMatch match = FresheningSelector.Match(Validators.Of(update.Fields), Validators.Of(stored.Fields), candidateCount: 1, wasAsked: true);
        if (match == FresheningMatch.None)
        {
            Forget(fetch);
            return null;
        }

        StoreOptions options = fetch.Cache.Store;
        ResponseDirectives updateDirectives = ResponseDirectives.Read(update.Fields, options.Ignored);
        var writer = new HeadWriter(fetch.Exchange.Worker.SectionBuffer);
        bool isWritten = StoredHead.Merge(ref writer, stored, update, updateDirectives, now, options);
        int headLength = writer.Length;
        AppendTags(ref writer, fetch, update.Fields);
        if (!isWritten || writer.Overflowed)
        {
            return null;
        }

        ReadOnlySpan<byte> head = writer.WrittenFrom(0);
        if (ReadMerged(fetch, head[..headLength]) is not { } merged)
        {
            return null;
        }

        ResponseDirectives directives = ResponseDirectives.Read(merged.Fields, options.Ignored);
        ResponseTimes asked = ResponseTimes.Of(update.Fields, fetch.RequestedAt, now);
        StoreVerdict verdict = StoreRules.Decide(fetch.Exchange.Request, merged, directives, asked, options, out StoredTimes times);
        bool isOfRequest = !fetch.MayStore || (verdict != StoreVerdict.Store && !IsOfResponse(verdict));
        bool isKept = !isOfRequest && verdict == StoreVerdict.Store && VariesBySame(stored, merged);
        if (verdict != StoreVerdict.Store)
        {
            // Still good for those who wait, and no longer to be kept.
            times = Freshness.Compute(merged, directives, asked, options);
        }

        long total = fetch.StoredMeta.Total;
        CacheMeta meta = CacheMeta.Of(new StoredMeta { Times = times, Generation = fetch.NextGeneration(), Total = total });
        if (isKept)
        {
            _ = fetch.Tier?.RefreshAsync(EntryOf(fetch, meta, head, contentLength: -1, UselessAfter(times)));
        }

        if (isOfRequest)
        {
            // For this one alone, whose word on storing says nothing of what is stored.
            return new FetchedObject(fetch.Key, fetch.StoredObject.AddReference() with { NewHead = head.ToArray() }, times) { Total = total };
        }

        MemoryObject fresh = default;
        if (fetch.StoredObject.Tier is null)
        {
            fetch.Memory.Freshen(fetch.StoredObject.Memory, meta, UselessAfter(times), head, fetch.Since, out fresh);
        }

        if (!isKept)
        {
            Forget(fetch);
        }

        if (fetch.StoredObject.Tier is not null)
        {
            return new FetchedObject(fetch.Key, fetch.StoredObject.AddReference() with { NewHead = head.ToArray() }, times) { Total = total };
        }

        return fresh.IsNone ? null : new FetchedObject(fetch.Key, new StoredObject(fresh, null), times) { Total = total };
    }

    private static ResponseHead? ReadMerged(Fetch fetch, ReadOnlySpan<byte> head)
    {
        var merged = new ResponseHead();
        var reader = new ResponseHeadReader(merged);
        reader.Begin(0, fetch.Exchange.Snapshot.ResponseHeadLimits, RequestMethod.Get);
        return reader.Read(head.ToArray(), head.Length) == ReadStatus.Done ? merged : null;
    }

    // Its key has what it varied by when it was stored.
    private static bool VariesBySame(ResponseHead before, ResponseHead after)
    {
        Span<byte> names = stackalloc byte[VaryKey.NameBytesMax * 2];
        VaryOutcome outcome = VaryKey.ReadNames(before.Fields, names[..VaryKey.NameBytesMax], out int beforeLength);
        return VaryKey.ReadNames(after.Fields, names[VaryKey.NameBytesMax..], out int afterLength) == outcome
            && names[..beforeLength].SequenceEqual(names.Slice(VaryKey.NameBytesMax, afterLength));
    }

    private static void Forget(Fetch fetch)
    {
        fetch.Memory.Remove(fetch.Key.Span);
        fetch.Tier?.Remove(fetch.Key.Span, isSoft: false);
    }

    // Those of the 304, if it has any.
    private static void AppendTags(ref HeadWriter writer, Fetch fetch, FieldTable update)
    {
        int start = writer.Length;
        StoredTags.Append(ref writer, update);
        if (writer.Length == start)
        {
            writer.Append(StoredTags.Behind(fetch.StoredObject.Head));
        }
    }

    private static ReadOnlySpan<byte> BytesOf(in CacheMeta meta) => MemoryMarshal.AsBytes(new ReadOnlySpan<CacheMeta>(in meta));

    private static long UselessAfter(in StoredTimes times)
    {
        long stale = Math.Max(times.StaleWhileRevalidate, times.StaleIfError);
        long kept = times.HasValidator ? Math.Max(stale, ValidatorSeconds) : stale;
        return times.ReceivedAt - times.InitialAge + times.Lifetime + kept + 1;
    }
}
