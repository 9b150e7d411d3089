using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Http.Caching;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching;

/// <summary>What is stored for one request, in memory or behind it, and what may be done with it. Belongs to a visit, and is reused.</summary>
internal sealed class CacheLookup(Exchange exchange)
{
    private RequestDirectives _directives;
    private ReuseOptions _options;
    private StoredObject _found;
    private StoredMeta _meta;

    /// <summary>What it is looked up by.</summary>
    public CacheKey Key { get; } = new();

    /// <summary>What the request says of caches.</summary>
    public ref readonly RequestDirectives Directives => ref _directives;

    /// <summary>What was found, on loan until the next look.</summary>
    public ref readonly StoredObject Found => ref _found;

    /// <summary>What is kept with it.</summary>
    public ref readonly StoredMeta Meta => ref _meta;

    /// <summary>Whether something was found.</summary>
    public bool HasFound { get; private set; }

    /// <summary>Whether it was looked for in a tier.</summary>
    public bool HasAskedTier { get; private set; }

    private CacheStore Store => exchange.Worker.CacheStore;

    private long Now => exchange.Worker.Clock.UnixSeconds;

    /// <summary>Begins with a request; false when its key is too long to be one.</summary>
    public bool TryBegin(RouteCache cache)
    {
        _directives = RequestDirectives.Read(exchange.Request.Fields);
        _options = cache.Reuse;
        HasAskedTier = false;
        return Key.TryWrite(exchange, cache);
    }

    /// <summary>Looks in memory.</summary>
    /// <param name="isFirst">Whether it is the request's first look, which is counted.</param>
    public LookupVerdict Look(bool isFirst = false)
    {
        LetGo();
        if (!Store.TryFind(Key, exchange.Request.Fields, Now, isFirst, out MemoryObject found, out _meta))
        {
            return NothingFound();
        }

        _found = new StoredObject(found, null);
        HasFound = true;
        return Judge();
    }

    /// <summary>
    /// Looks in the tier behind memory. What is found there and small is in memory from then on; so is a list of fields that responses vary by, behind which is another key to look for.
    /// </summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<LookupVerdict> LookInTierAsync(ICacheTier tier)
    {
        HasAskedTier = true;
        LookupVerdict verdict = LookupVerdict.Nothing;
        for (int i = 0; i < 2 && verdict == LookupVerdict.Nothing && tier.MayHold(Key.Span); i++)
        {
            StoredObject found = await TierLookup.FindAsync(exchange.Worker, tier, Key.Span.ToArray());
            if (found.Tier is not { } inTier)
            {
                verdict = Look();
                continue;
            }

            StoredMeta meta = MemoryMarshal.Read<StoredMeta>(inTier.Meta);
            _found = found;
            HasFound = true;
            _meta = inTier.IsMarked ? meta with { Times = meta.Times.ExpiredAt(Now) } : meta;
            if (meta.Kind != StoredKind.Response)
            {
                LetGo();
                return NothingFound();
            }

            return Judge();
        }

        return verdict == LookupVerdict.Nothing ? NothingFound() : verdict;
    }

    /// <summary>Whether what was found may be sent in place of an error (RFC 5861, section 4, and RFC 9111, section 4.2.4).</summary>
    /// <param name="isDisconnected">Whether no server answered at all.</param>
    public bool MayServeOnError(bool isDisconnected) => HasFound && ReuseRules.MayServeOnError(_meta.Times, _directives, Now, _options, isDisconnected);

    /// <summary>Gives back what was found.</summary>
    public void LetGo()
    {
        if (HasFound)
        {
            _found.Release();
            _found = default;
            HasFound = false;
        }
    }

    private LookupVerdict NothingFound() => ReuseRules.MayForward(_directives, _options) ? LookupVerdict.Nothing : LookupVerdict.Unsatisfiable;

    private LookupVerdict Judge()
    {
        if (_meta.Kind == StoredKind.Unstorable)
        {
            LetGo();
            return ReuseRules.MayForward(_directives, _options) ? LookupVerdict.Unstorable : LookupVerdict.Unsatisfiable;
        }

        return ReuseRules.Decide(_meta.Times, _directives, Now, _options) switch
        {
            ReuseVerdict.Fresh => LookupVerdict.Fresh,
            ReuseVerdict.StaleWhileRevalidate => LookupVerdict.StaleMeanwhile,
            ReuseVerdict.StaleAccepted => LookupVerdict.Stale,
            ReuseVerdict.OnlyIfCachedMiss => LookupVerdict.Unsatisfiable,
            _ => LookupVerdict.Validate,
        };
    }
}
