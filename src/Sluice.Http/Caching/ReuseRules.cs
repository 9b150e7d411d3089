namespace Sluice.Http.Caching;

/// <summary>
/// Decides whether a stored response may answer a request (RFC 9111, section 4). That the key matches, the one of <c>Vary</c> too, is for the caller to see.
/// </summary>
public static class ReuseRules
{
    /// <summary>Decides.</summary>
    /// <param name="stored">Of the response with the same key.</param>
    /// <param name="request">What the client says.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="options">The operator's.</param>
    public static ReuseVerdict Decide(in StoredTimes stored, in RequestDirectives request, long now, in ReuseOptions options)
    {
        ReuseVerdict verdict = stored.Has(StoredFlags.NoCache | StoredFlags.Invalidated) ? ReuseVerdict.ValidateStale
            : stored.IsFreshAt(now) ? OfFresh(stored, request, now, options)
            : OfStale(stored, request, now, options);
        bool isForward = verdict is ReuseVerdict.ValidateStale or ReuseVerdict.ValidateRequested;
        return isForward && !MayForward(request, options) ? ReuseVerdict.OnlyIfCachedMiss : verdict;
    }

    /// <summary>Whether a server may be asked at all; where not and nothing is stored, the answer is 504 (section 5.2.1.7).</summary>
    public static bool MayForward(in RequestDirectives request, in ReuseOptions options) => !request.OnlyIfCached || options.IgnoresOnlyIfCached;

    /// <summary>
    /// Whether a stale response may take the place of an error: 500, 502, 503 or 504 from the server, or what would become one of them here (RFC 5861, section 4;
    /// RFC 9111, sections 4.2.4 and 4.3.3).
    /// </summary>
    /// <param name="stored">Of the response with the same key.</param>
    /// <param name="request">What the client says.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="options">The operator's.</param>
    /// <param name="isDisconnected">Whether there was no response at all.</param>
    public static bool MayServeOnError(in StoredTimes stored, in RequestDirectives request, long now, in ReuseOptions options, bool isDisconnected)
    {
        if (stored.Has(StoredFlags.NoCache | StoredFlags.Invalidated))
        {
            return false;
        }

        long staleness = -stored.TtlAt(now);
        if (staleness < 0)
        {
            return true;
        }

        // What the server stated holds; what must-revalidate and s-maxage forbid, nobody else can allow (RFC 9111, section 5.2.2.2).
        long window = stored.StaleIfError;
        bool isOpen = !stored.Has(StoredFlags.MustRevalidate);
        window = isOpen && isDisconnected ? Math.Max(window, options.StaleWhenDisconnected) : window;
        window = isOpen && options.HonorsClient ? Math.Max(window, request.StaleIfError ?? 0) : window;
        return IsWithin(staleness, window);
    }

    /// <summary>Whether a status is an error in that sense.</summary>
    public static bool IsError(int status) => status is 500 or 502 or 503 or 504;

    // Sections 5.2.1.1, 5.2.1.3 and 5.2.1.4. A reload says max-age=0 of itself; only no-cache is a sign that an immutable response is doubted (RFC 8246, section 2).
    private static ReuseVerdict OfFresh(in StoredTimes stored, in RequestDirectives request, long now, in ReuseOptions options)
    {
        if (!options.HonorsClient)
        {
            return ReuseVerdict.Fresh;
        }

        bool isTooOld = stored.AgeAt(now) > request.MaxAge && !stored.Has(StoredFlags.Immutable);
        bool isTooShort = stored.TtlAt(now) < request.MinFresh;
        return request.NoCache || isTooOld || isTooShort ? ReuseVerdict.ValidateRequested : ReuseVerdict.Fresh;
    }

    private static ReuseVerdict OfStale(in StoredTimes stored, in RequestDirectives request, long now, in ReuseOptions options)
    {
        long staleness = -stored.TtlAt(now);
        bool wantsFresh = request.NoCache || request.MinFresh is not null || (request.MaxAge is not null && request.MaxStale is null);
        if (options.HonorsClient && wantsFresh)
        {
            return ReuseVerdict.ValidateStale;
        }

        if (IsWithin(staleness, stored.StaleWhileRevalidate))
        {
            return ReuseVerdict.StaleWhileRevalidate;
        }

        bool isAccepted = options.HonorsClient && staleness <= request.MaxStale && !stored.Has(StoredFlags.MustRevalidate);
        return isAccepted ? ReuseVerdict.StaleAccepted : ReuseVerdict.ValidateStale;
    }

    // A response is stale by 0 s when its age reaches its lifetime; a window of 0 allows nothing.
    private static bool IsWithin(long staleness, long window) => window > 0 && staleness <= window;
}
