using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Proxy.Caching;

/// <summary>What responses are kept in: one for all workers and all routes, which outlives reloads. Any thread.</summary>
internal sealed class CacheStore : ICacheTierOwner, IDisposable
{
    // A purge that has to look through many files is reported when it has, and holds long before.
    private static readonly TimeSpan PurgeWaitMax = TimeSpan.FromSeconds(10);

    // What expired, and what readers left behind, goes a little later than it could; nothing waits for it.
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    // A tier whose code throws does so for every request.
    private const long ReportEveryMs = 60_000;

    private readonly Action<string> _log;
    private readonly ICacheTier? _joined;
    private readonly Timer _sweep;
    private int _isSweeping;
    private volatile DiskTier? _disk;
    private volatile ICacheTier? _tier;
    private DiskCachePlan? _diskPlan;
    private long _generation = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private long _reportAfterMs;
    private volatile bool _isDisposed;
    private long _purgesBegun;
    private long _purgesEnded;

    /// <summary>Opens the folder, if there is one to be; what is wrong with it is told, and then there is no disk.</summary>
    /// <param name="plan">How much, and where.</param>
    /// <param name="log">Takes lines for the operator; any thread.</param>
    /// <param name="joined">A tier behind memory and disk, which the caller keeps; null for none.</param>
    public CacheStore(CacheStorePlan plan, Action<string> log, ICacheTier? joined = null)
    {
        _log = log;
        _joined = joined;
        _tier = joined;
        Memory = new MemoryTier(LimitsOf(plan), TimeProvider.System);
        ChangeDisk(plan.Disk);
        Promotions = new TierPromotions(this);
        joined?.Join(this);
        _sweep = new Timer(static state => ((CacheStore)state!).Sweep(), this, SweepEvery, SweepEvery);
    }

    /// <summary>Objects in memory.</summary>
    public MemoryTier Memory { get; }

    /// <summary>Where objects are behind memory: on disk, in a tier that the program has brought along, or both; null for nowhere.</summary>
    public ICacheTier? Tier => _tier;

    /// <summary>What goes from memory to that tier.</summary>
    public TierPromotions Promotions { get; }

    /// <summary>What is on its way.</summary>
    public FetchTable Fetches { get; } = new();

    /// <summary>Whether something is being purged that may be gone from the tier and not yet from memory.</summary>
    public bool IsPurging
    {
        get
        {
            // In this order: what begins meanwhile must not make up for what has not ended.
            long ended = Volatile.Read(ref _purgesEnded);
            return ended != Volatile.Read(ref _purgesBegun);
        }
    }

    /// <summary>A number for a stored response or a list of fields, unlike all before, those of other runs of the program and of other machines included: they begin anywhere in 2^64.</summary>
    public ulong NextGeneration() => (ulong)Interlocked.Increment(ref _generation);

    /// <summary>How much there is.</summary>
    public CacheTotals Totals
    {
        get
        {
            MemoryCounters counters = Memory.Counters;
            DiskTotals disk = _disk?.Totals ?? default;
            return new CacheTotals(
                counters.Objects, counters.TakenBytes, counters.LimitBytes, counters.Evicted, counters.Refused, Fetches.Count, disk.Objects, disk.Bytes, disk.Damaged + disk.Failed);
        }
    }

    /// <summary>Takes other bounds, or another folder. Blocks while objects have to go.</summary>
    public void Change(CacheStorePlan after)
    {
        Memory.Resize(LimitsOf(after));
        ChangeDisk(after.Disk);
    }

    /// <summary>Writes out what is to be kept.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _sweep.Dispose();
        Promotions.Dispose();
        _disk?.Dispose();
    }

    /// <summary>Finds what is stored for a request; nothing is allocated. The key becomes that of the variant that suits the request, where responses vary.</summary>
    /// <param name="key">The request's.</param>
    /// <param name="request">Its fields.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="isFirst">Whether it is the request's first look, which is counted.</param>
    /// <param name="found">A reference that the caller has to release.</param>
    /// <param name="meta">What is kept with it.</param>
    public bool TryFind(CacheKey key, FieldTable request, long now, bool isFirst, out MemoryObject found, out StoredMeta meta)
    {
        key.DropVariant();
        meta = default;
        if (!(isFirst ? Memory.TryGet(key.Span, out found) : Memory.TryPeek(key.Span, out found)))
        {
            return false;
        }

        meta = found.Meta.As<StoredMeta>();
        if (meta.Kind != StoredKind.Variants)
        {
            meta = Purged(found, meta, now);
            return true;
        }

        bool hasKey = key.TryVary(meta.Generation, found.Head, request);
        found.Release();
        if (!hasKey || !(isFirst ? Memory.TryGet(key.Span, out found) : Memory.TryPeek(key.Span, out found)))
        {
            return false;
        }

        meta = Purged(found, found.Meta.As<StoredMeta>(), now);
        return true;
    }

    /// <summary>Removes objects, or makes them stale. Looks at all of them: not for an event loop.</summary>
    /// <returns>How many responses; -1 when too many purges are on their way, and it has to be tried again.</returns>
    public long Purge(CachePurge purge) => Purge(purge, PurgeMatcher.Create(purge), _tier);

    /// <summary>The same for what is stored for a URL, on all routes, in all variants and for all values of <c>key_headers</c>.</summary>
    /// <param name="url">As keys begin.</param>
    public long PurgeUrl(byte[] url) => Purge(new CachePurge(CachePurgeKind.Url, Encoding.UTF8.GetString(url), IsSoft: false), PurgeMatcher.ForUrl(url), _tier);

    /// <summary>Removes what is stored for an URL, in all variants: what a client that may do so asks for, and what unsafe methods make invalid (RFC 9111, section 4.4).</summary>
    /// <param name="primary">The key of a request without what responses vary by.</param>
    /// <returns>Whether there was something.</returns>
    public bool Remove(ReadOnlySpan<byte> primary) => Remove(primary, _tier);

    /// <inheritdoc/>
    public void RemoveHere(ReadOnlySpan<byte> key, bool isSoft)
    {
        if (_isDisposed)
        {
            return;
        }

        Interlocked.Increment(ref _purgesBegun);
        _disk?.Remove(key, isSoft);
        _ = isSoft ? Memory.Mark(key) : Memory.Remove(key);
        Interlocked.Increment(ref _purgesEnded);
    }

    /// <inheritdoc/>
    public void RemoveUrlHere(ReadOnlySpan<byte> key)
    {
        if (!_isDisposed)
        {
            Remove(key, _disk);
        }
    }

    /// <inheritdoc/>
    public bool PurgeHere(CachePurge purge) => _isDisposed || Purge(purge, PurgeMatcher.Create(purge), _disk) >= 0;

    /// <summary>Tells the operator that the code of a tier threw, which it must not; once in a minute. Any thread.</summary>
    public void Report(Exception exception)
    {
        long after = Volatile.Read(ref _reportAfterMs);
        long nowMs = Environment.TickCount64;
        if (nowMs >= after && Interlocked.CompareExchange(ref _reportAfterMs, nowMs + ReportEveryMs, after) == after)
        {
            _log($"bug: {exception}");
        }
    }

    private bool Remove(ReadOnlySpan<byte> primary, ICacheTier? tier)
    {
        Interlocked.Increment(ref _purgesBegun);
        try
        {
            bool wasInTier = tier?.RemoveUrl(primary) > 0;
            return Memory.Remove(primary) || wasInTier;
        }
        finally
        {
            Interlocked.Increment(ref _purgesEnded);
        }
    }

    private long Purge(CachePurge purge, CachePredicate means, ICacheTier? tier)
    {
        // Before anything is removed: what is in memory and in a tier is one object, which is counted where it is in the tier.
        long count = Memory.CountWhere((in CacheEntryView entry) => means(in entry) && IsReachable(in entry) && tier?.Holds(entry.Key) != true);
        Task<long>? inTier;
        Interlocked.Increment(ref _purgesBegun);
        try
        {
            // The tier first: what is found there meanwhile comes into memory, and is purged there then.
            inTier = tier?.PurgeAsync(purge, purge.Kind == CachePurgeKind.All ? null : InTier(means));
        }
        finally
        {
            _ = purge.IsSoft ? Memory.MarkWhere(means) : Memory.RemoveWhere(means);
            Interlocked.Increment(ref _purgesEnded);
        }

        return inTier is null || !inTier.Wait(PurgeWaitMax) ? count : inTier.Result < 0 ? -1 : count + inTier.Result;
    }

    // Of the variants of a URL that was purged before, only memory is left.
    private bool IsReachable(in CacheEntryView entry)
    {
        if (!StoredKey.IsObject(entry.Key, entry.Meta.As<StoredMeta>()))
        {
            return false;
        }

        if (!StoredKey.IsVariant(entry.Key, out ReadOnlySpan<byte> primary, out ulong generation))
        {
            return true;
        }

        bool isThere = Memory.TryPeek(primary, out MemoryObject list);
        bool isListed = isThere && list.Meta.As<StoredMeta>() is { Kind: StoredKind.Variants } known && known.Generation == generation;
        if (isThere)
        {
            list.Release();
        }

        return isListed;
    }

    private static bool IsAuxiliary(ReadOnlySpan<byte> key, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> head) =>
        !StoredKey.IsObject(key, MemoryMarshal.Read<StoredMeta>(meta));

    private static TierPredicate InTier(CachePredicate means) => (key, meta, head) =>
    {
        CacheMeta known = MemoryMarshal.Read<CacheMeta>(meta);
        return means(new CacheEntryView(key, head, in known));
    };

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _isSweeping, 1) == 0)
        {
            Memory.Sweep();
            Volatile.Write(ref _isSweeping, 0);
        }
    }

    private void ChangeDisk(DiskCachePlan? plan)
    {
        if (plan == _diskPlan)
        {
            return;
        }

        if (plan is not null && _disk is { } same && plan.Folder == _diskPlan?.Folder)
        {
            same.Resize(plan);
            _diskPlan = plan;
            return;
        }

        DiskTier? before = _disk;
        string? error = null;
        _disk = plan is null ? null : DiskTier.Open(plan, _log, out error, auxiliary: IsAuxiliary);
        _diskPlan = plan;
        _tier = Chain(_disk, _joined);
        before?.Dispose();
        if (error is not null)
        {
            _log($"cache: {error}; responses are kept in memory only");
        }
    }

    private static ICacheTier? Chain(DiskTier? disk, ICacheTier? joined) => disk is not null && joined is not null ? new TierChain(disk, joined) : disk ?? joined;

    // What was purged softly is stale from now on.
    private static StoredMeta Purged(in MemoryObject found, in StoredMeta meta, long now) =>
        found.IsMarked ? meta with { Times = meta.Times.ExpiredAt(now) } : meta;

    private static MemoryTierLimits LimitsOf(CacheStorePlan plan) => new(plan.MemoryBytes, plan.MemoryObjectBytesMax);
}
