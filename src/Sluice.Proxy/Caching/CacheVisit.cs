using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Slicing;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Failover;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching;

/// <summary>One request at the cache: what it is looked up by, what was found, and what is done about it. Belongs to an exchange, and is reused.</summary>
/// <remarks>
/// <list type="number">
/// <item>Write the key, and look: a fresh response is sent at once.</item>
/// <item>Otherwise a server is asked by a <see cref="Fetch"/>: join the one that is on its way for the same key, or begin one.</item>
/// <item>Wait for what becomes of it, and send that; something stale in place of an error where that is allowed; or forward the request by itself.</item>
/// </list>
/// </remarks>
internal sealed class CacheVisit
{
    // Whoever was in the wrong fetch, or in one that failed, looks again so often; then it goes on its own.
    private const int RoundsMax = 3;

    private static readonly PreparedResponse Purged = PreparedResponse.ForText(200, "purged\n");
    private static readonly PreparedResponse NotStored = PreparedResponse.ForText(404, "nothing is stored\n");

    private readonly Exchange _exchange;
    private readonly CacheLookup _lookup;
    private readonly StoredReply _reply;
    private StoredHeadReader? _headReader;
    private RouteCache _cache = null!;
    private bool _wantsWhole;

    public CacheVisit(Exchange exchange)
    {
        _exchange = exchange;
        _lookup = new CacheLookup(exchange);
        _reply = new StoredReply(exchange);
    }

    /// <summary>What the cache had to do with it.</summary>
    public CacheOutcome Outcome { get; private set; }

    /// <summary>What it is looked up by.</summary>
    public CacheKey Key => _lookup.Key;

    /// <summary>What the response that is sent is told about, for <c>Age</c> and <c>Cache-Status</c>.</summary>
    public CacheReport Report { get; } = new();

    /// <summary>Looks into what is stored.</summary>
    public StoredHeadReader HeadReader => _headReader ??= new StoredHeadReader();

    private CacheStore Store => _exchange.Worker.CacheStore;

    private long Now => _exchange.Worker.Clock.UnixSeconds;

    /// <summary>Makes it ready for the next request.</summary>
    public void Reset()
    {
        _lookup.LetGo();
        Outcome = CacheOutcome.None;
        Report.Reset();
        _wantsWhole = false;
        _cache = null!;
    }

    /// <summary>Answers a request that the route's cache takes.</summary>
    public ValueTask RunAsync(RouteCache cache)
    {
        // 1. Look.
        _cache = cache;
        if (!_lookup.TryBegin(cache))
        {
            return BypassAsync();
        }

        LookupVerdict verdict = cache.Bypasses(_exchange) ? LookupVerdict.Bypass : _lookup.Look(isFirst: true);
        return verdict == LookupVerdict.Fresh ? SendFoundAsync(CacheOutcome.Hit) : AnswerAsync(verdict);
    }

    /// <summary>Removes what is stored for the request's URL, if its client may ask so.</summary>
    public ValueTask PurgeAsync(RouteCache cache)
    {
        if (!cache.MayPurge(_exchange.ClientAddress))
        {
            _exchange.Fail(ProxyErrorCode.PurgeForbidden);
            return ErrorResponse.SendAsync(_exchange);
        }

        bool hasKey = Key.TryWrite(_exchange, cache);
        return hasKey && cache.HasSeveralKeys(_exchange) ? PurgeAllAsync() : RespondAsync(hasKey && Store.Remove(Key.Primary) ? Purged : NotStored);
    }

    /// <summary>Writes what the cache has to say into the head of the response.</summary>
    public void AppendFields(ref HeadWriter writer, ulong dropMask) => Report.Append(ref writer, _cache.Plan.SaysStatus, dropMask);

    // Whoever purges a URL means it for all values of what else the key has, and all slices; to find these, all objects have to be looked at.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask PurgeAllAsync()
    {
        CacheStore store = Store;
        byte[] url = StoredUrl.Of(Key.Primary).ToArray();
        long count = await Task.Run(() => store.PurgeUrl(url));
        await _exchange.Client.SendPreparedAsync(_exchange, count > 0 ? Purged : NotStored);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask RespondAsync(PreparedResponse response) => await _exchange.Client.SendPreparedAsync(_exchange, response);

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask AnswerAsync(LookupVerdict verdict)
    {
        if (!_lookup.HasFound && verdict is LookupVerdict.Nothing or LookupVerdict.Unsatisfiable && Store.Tier is { } tier && tier.MayHold(Key.Span))
        {
            verdict = await _lookup.LookInTierAsync(tier);
        }

        for (int round = 0; round < RoundsMax; round++)
        {
            switch (verdict)
            {
                case LookupVerdict.Fresh:
                    await SendFoundAsync(CacheOutcome.Hit);
                    return;
                case LookupVerdict.Stale:
                    await SendFoundAsync(CacheOutcome.Stale);
                    return;
                case LookupVerdict.StaleMeanwhile:
                    RefreshBehind();
                    await SendFoundAsync(CacheOutcome.Stale);
                    return;
                case LookupVerdict.Unsatisfiable:
                    _exchange.Fail(ProxyErrorCode.NotCached);
                    await ErrorResponse.SendAsync(_exchange);
                    return;
                default:
                    break;
            }

            // 2. Ask a server.
            FetchReader? reader = JoinOrBegin(verdict, out Fetch? fetch);
            if (reader is null)
            {
                // What was just stored by somebody else is there now.
                verdict = _lookup.Look();
                continue;
            }

            // 3. Send what becomes of it.
            _exchange.Waiting = reader;
            FollowVerdict followed;
            try
            {
                followed = await FollowAsync(fetch!, reader);
            }
            finally
            {
                // A bug leaves it, too.
                _exchange.Waiting = null;
                fetch!.Leave(reader);
            }

            if (followed == FollowVerdict.Answered)
            {
                return;
            }

            if (followed == FollowVerdict.GoAlone)
            {
                break;
            }

            _wantsWhole |= fetch.IsUnsliceable;
            verdict = verdict == LookupVerdict.Bypass ? verdict : _lookup.Look();
        }

        await BypassAsync();
    }

    // What the cache has nothing to do with goes its usual way.
    private ValueTask BypassAsync()
    {
        _lookup.LetGo();
        Conclude(CacheOutcome.Bypass);
        Report.OnForwarded(ForwardReason.Bypass);
        return _exchange.Worker.Pipeline.ForwardAsync(_exchange);
    }

    // Null when the answer has been stored since it was looked for.
    private FetchReader? JoinOrBegin(LookupVerdict verdict, out Fetch? fetch)
    {
        bool mayStore = !_cache.IsNotStored(_exchange);
        bool isShared = _cache.Plan.Coalesces && verdict is LookupVerdict.Nothing or LookupVerdict.Validate && mayStore;
        if (isShared && Store.Fetches.TryJoin(Key.Span, _exchange.Worker, out fetch) is { } joined)
        {
            Outcome = CacheOutcome.Coalesced;
            return joined;
        }

        fetch = new Fetch(_exchange.Worker, _cache, Key) { MayStore = mayStore, Slice = mayStore && verdict is LookupVerdict.Nothing or LookupVerdict.Validate ? FirstSlice() : null };
        if (isShared && RouteCache.MayLead(_exchange, mayStore))
        {
            if (!Store.Fetches.TryAdd(fetch))
            {
                return null;
            }

            // Whoever fetched the same until a moment ago has stored it before it left the table. (What is in a tier only was found after a wait, and is looked for no second time.)
            if (_lookup.Found.Tier is null && _lookup.Look() != verdict)
            {
                Store.Fetches.Remove(fetch);
                fetch.GiveUp();
                return null;
            }
        }

        Outcome = verdict == LookupVerdict.Validate ? CacheOutcome.Expired : verdict == LookupVerdict.Bypass ? CacheOutcome.Bypass : CacheOutcome.Miss;
        Report.OnForwarded(ReasonOf(isRefreshed: false));
        if (_lookup.HasFound)
        {
            fetch.Validate(_lookup.Found, _lookup.Meta);
        }

        if (_exchange.Route!.Mirror is { } mirror)
        {
            _exchange.Worker.Mirrors.Begin(_exchange, mirror);
        }

        return fetch.Begin(_exchange, waits: true);
    }

    // What won't be stored is asked for whole, as far as that is known before.
    private SliceRequest? FirstSlice()
    {
        CachePlan plan = _cache.Plan;
        bool isWanted = plan.SliceBytes > 0 && !_wantsWhole && !_lookup.Directives.NoStore && !RouteCache.SaysWho(_exchange) && (plan.UsesMin <= 1 || Store.Memory.FrequencyOf(Key.Primary) >= plan.UsesMin);

        // What is stored whole although it is that long comes from a server that can't do better.
        bool wasWhole = _lookup.HasFound && _lookup.Meta.Total == 0 && _lookup.Found.Length > plan.SliceBytes;
        return isWanted && !wasWhole ? new SliceRequest(0, plan.SliceBytes, 0, []) : null;
    }

    private void RefreshBehind()
    {
        if (Store.Fetches.Has(Key.Span) || _cache.IsNotStored(_exchange) || _lookup.Directives.NoStore)
        {
            // The next one that may have it stored does that.
            return;
        }

        var fetch = new Fetch(_exchange.Worker, _cache, Key) { Slice = FirstSlice() };
        if (Store.Fetches.TryAdd(fetch))
        {
            fetch.Validate(_lookup.Found, _lookup.Meta);
            fetch.Begin(_exchange, waits: false);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<FollowVerdict> FollowAsync(Fetch fetch, FetchReader reader)
    {
        int timeoutMs = reader.IsLeader ? 0 : _cache.Plan.CoalesceTimeoutMs;
        while (true)
        {
            if (reader.IsLeader && fetch.Interims.IsSending)
            {
                await fetch.Interims.SettleAsync();
            }

            if (_exchange.HasFailed && fetch.Phase != FetchPhase.Passing)
            {
                return await FailAsync();
            }

            long version = fetch.Version;
            switch (fetch.Phase)
            {
                case FetchPhase.Storing or FetchPhase.Handing or FetchPhase.Stored or FetchPhase.Refreshed:
                    if (!reader.IsLeader && !fetch.Object!.Suits(Key, _exchange.Request.Fields, Now))
                    {
                        return FollowVerdict.LookAgain;
                    }

                    await SendFetchedAsync(fetch, reader);
                    return FollowVerdict.Answered;
                case FetchPhase.Passed:
                    if (!reader.IsLeader)
                    {
                        return FollowVerdict.GoAlone;
                    }

                    Conclude(Outcome);
                    if (fetch.Page is { } page)
                    {
                        _exchange.Status = page.StatusFor(_exchange.Response.Status);
                        await page.Page.SendAsync(_exchange);
                    }
                    else if (_exchange.HasFailed)
                    {
                        await FallbackAnswer.SendAsync(_exchange);
                    }
                    else if (_exchange.Request.Method == RequestMethod.Head)
                    {
                        // The head is all of it.
                        await _exchange.Client.SendContentAsync(_exchange, BodySlice.End);
                    }

                    return FollowVerdict.Answered;
                case FetchPhase.Outdated:
                    return FollowVerdict.LookAgain;
                case FetchPhase.Passing when !reader.IsLeader:
                    return FollowVerdict.GoAlone;
                case FetchPhase.ErrorStatus or FetchPhase.Failed:
                    return await OnErrorAsync(fetch, reader);
                default:
                    break;
            }

            if (!await reader.WaitAsync(version, timeoutMs) && !_exchange.HasFailed)
            {
                // It has waited long enough.
                return FollowVerdict.GoAlone;
            }
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<FollowVerdict> FailAsync()
    {
        Conclude(Outcome);
        await FallbackAnswer.SendAsync(_exchange);
        return FollowVerdict.Answered;
    }

    // RFC 5861, section 4, and RFC 9111, section 4.2.4.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<FollowVerdict> OnErrorAsync(Fetch fetch, FetchReader reader)
    {
        bool isDisconnected = fetch.Phase == FetchPhase.Failed;
        if (_lookup.MayServeOnError(isDisconnected))
        {
            fetch.TellOrigin(reader, _exchange);
            Report.OnForwarded(ForwardReason.Stale);
            await SendFoundAsync(CacheOutcome.Stale);
            return FollowVerdict.Answered;
        }

        if (!reader.IsLeader)
        {
            // One after another of those who wait tries it.
            return isDisconnected ? FollowVerdict.LookAgain : FollowVerdict.GoAlone;
        }

        fetch.TellOrigin(reader, _exchange);
        _exchange.Fail(fetch.Error == ProxyErrorCode.None ? ProxyErrorCode.Internal : fetch.Error);
        return await FailAsync();
    }

    private ValueTask SendFoundAsync(CacheOutcome outcome)
    {
        if (outcome == CacheOutcome.Hit)
        {
            // Whatever was tried before: this is one.
            Report.Reset();
        }

        Conclude(outcome);
        Report.OnFound(_lookup.Meta.Times, Now);
        if (Store.Tier is { } tier && _lookup.Found.Tier is null && !_lookup.Found.Memory.IsKept)
        {
            Store.Promotions.Consider(Key.Span, _lookup.Found.Memory, tier);
        }

        return _reply.SendFoundAsync(_cache, _lookup);
    }

    private ValueTask SendFetchedAsync(Fetch fetch, FetchReader reader)
    {
        FetchedObject stored = fetch.Object!;
        bool isRefreshed = fetch.Phase == FetchPhase.Refreshed;
        Conclude(isRefreshed && reader.IsLeader ? CacheOutcome.Revalidated : Outcome);
        fetch.TellOrigin(reader, _exchange);
        Report.OnFetched(stored.Times, Now, fetch.Status, ReasonOf(isRefreshed), isCollapsed: !reader.IsLeader, isStored: fetch.Phase != FetchPhase.Handing);
        return _reply.SendFetchedAsync(_cache, fetch, reader);
    }

    private ForwardReason ReasonOf(bool isRefreshed) =>
        Outcome == CacheOutcome.Bypass ? ForwardReason.Bypass
        : isRefreshed || _lookup.HasFound ? ForwardReason.Stale
        : Key.IsVariant ? ForwardReason.VaryMiss
        : ForwardReason.UriMiss;

    private void Conclude(CacheOutcome outcome)
    {
        Outcome = outcome;
        _exchange.Worker.Cache.Count(outcome);
    }
}
