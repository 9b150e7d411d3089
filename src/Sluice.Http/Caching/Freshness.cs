using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Http.Caching;

/// <summary>Calculates for how long a response is fresh, how old it is, and how stale it may be used (RFC 9111, section 4.2; RFC 5861).</summary>
public static class Freshness
{
    /// <summary>Calculates them all.</summary>
    /// <param name="response">As received; or the stored head, after it was merged with the response that validated it.</param>
    /// <param name="directives">What was read from it.</param>
    /// <param name="times">Of the response that was received last.</param>
    /// <param name="options">The operator's.</param>
    public static StoredTimes Compute(ResponseHead response, in ResponseDirectives directives, in ResponseTimes times, StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(options);
        FieldTable fields = response.Fields;
        bool hasDate = CacheDate.TryGet(fields, KnownField.Date, out long date);
        date = hasDate ? date : times.ReceivedAt;
        long lifetime = LifetimeOf(response, directives, date, options, out LifetimeSource source);
        return new StoredTimes
        {
            ReceivedAt = times.ReceivedAt,
            DateValue = date,
            InitialAge = InitialAge(times, hasDate && !options.IgnoresDate ? date : times.ReceivedAt),
            Lifetime = lifetime,
            StaleWhileRevalidate = Window(directives.StaleWhileRevalidate, directives, options.StaleWhileRevalidate, options),
            StaleIfError = Window(directives.StaleIfError, directives, options.StaleIfError, options),
            Flags = FlagsOf(fields, directives, options) | (response.Status == 206 ? StoredFlags.IsPartial : StoredFlags.None),
            Status = (ushort)response.Status,
            LifetimeSource = source,
        };
    }

    /// <summary>The freshness lifetime (section 4.2.1), in seconds, not below 0.</summary>
    /// <param name="response">The response.</param>
    /// <param name="directives">What was read from it.</param>
    /// <param name="date">Its date in Unix seconds, or when it was received (RFC 9110, section 6.6.1).</param>
    /// <param name="options">The operator's.</param>
    /// <param name="source">Where it comes from.</param>
    public static long LifetimeOf(ResponseHead response, in ResponseDirectives directives, long date, StoreOptions options, out LifetimeSource source)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(options);
        if (options.OverrideLifetime is int fixedSeconds)
        {
            source = LifetimeSource.Override;
            return fixedSeconds;
        }

        if (TryFindExplicit(response.Fields, directives, date, options.Ignored, out long lifetime, out source))
        {
            return lifetime;
        }

        int configured = options.Valid?.Find(response.Status) ?? -1;
        if (configured >= 0)
        {
            source = LifetimeSource.Configured;
            return configured;
        }

        lifetime = GuessOf(response, directives, date, options);
        source = lifetime > 0 ? LifetimeSource.Heuristic : LifetimeSource.None;
        return lifetime;
    }

    /// <summary>Whether the response itself says when it expires, be it that it says so in a way that can't be read.</summary>
    internal static bool IsExplicit(FieldTable fields, in ResponseDirectives directives, IgnoredFields ignored) =>
        TryFindExplicit(fields, directives, 0, ignored, out _, out _);

    // Nothing is explicit about a broken field but that there is one: the response is stale.
    private static bool TryFindExplicit(
        FieldTable fields, in ResponseDirectives directives, long date, IgnoredFields ignored, out long lifetime, out LifetimeSource source)
    {
        long? maxAge = directives.SharedMaxAge ?? directives.MaxAge;
        source = directives.SharedMaxAge is null ? LifetimeSource.MaxAge : LifetimeSource.SharedMaxAge;
        if (maxAge is not null || directives.Has(DirectiveFlags.Broken))
        {
            lifetime = directives.Has(DirectiveFlags.Broken) ? 0 : maxAge.GetValueOrDefault();
            return true;
        }

        // A targeted field that counts takes the place of Expires as well (RFC 9213, section 2.2).
        bool isTargeted = directives.Source is DirectiveSource.CdnCacheControl or DirectiveSource.SluiceCacheControl;
        source = LifetimeSource.Expires;
        lifetime = 0;
        if (isTargeted || (ignored & IgnoredFields.Expires) != 0 || !fields.Contains(KnownField.Expires))
        {
            source = LifetimeSource.None;
            return false;
        }

        lifetime = Math.Max(0, EarliestExpiry(fields, date) - date);
        return true;
    }

    // Of several lines the earliest; what is no date, such as 0, is in the past (section 5.3).
    private static long EarliestExpiry(FieldTable fields, long date)
    {
        long earliest = long.MaxValue;
        for (int i = fields.IndexOf(KnownField.Expires); i >= 0; i = fields.IndexOf(KnownField.Expires, i + 1))
        {
            earliest = Math.Min(earliest, CacheDate.TryParse(fields.Value(i), out long expires) ? expires : date);
        }

        return earliest;
    }

    // Section 4.2.2: a part of the time since the last change, and only for statuses that allow it or with a word that does.
    private static long GuessOf(ResponseHead response, in ResponseDirectives directives, long date, StoreOptions options)
    {
        bool isAllowed = CacheableStatus.IsHeuristic(response.Status) || directives.Has(DirectiveFlags.Public);
        if (!options.UsesHeuristics || !isAllowed || !CacheDate.TryGet(response.Fields, KnownField.LastModified, out long changed) || changed >= date)
        {
            return 0;
        }

        return Math.Min(options.HeuristicMax, (date - changed) * options.HeuristicPercent / 100);
    }

    // Section 4.2.3: corrected_initial_age. The response was under way for part of the delay, and nobody knows for which.
    private static long InitialAge(in ResponseTimes times, long date)
    {
        long apparent = Math.Max(0, times.ReceivedAt - date);
        long delay = Math.Max(0, times.ReceivedAt - times.RequestedAt);
        return Math.Max(apparent, times.AgeValue + delay);
    }

    // must-revalidate and proxy-revalidate forbid every stale use; what s-maxage forbids of itself, an explicit window beside it allows again.
    private static long Window(long? stated, in ResponseDirectives directives, int configured, StoreOptions options)
    {
        bool isForbidden = directives.Has(DirectiveFlags.MustRevalidate | DirectiveFlags.ProxyRevalidate | DirectiveFlags.NoCache)
            || (directives.SharedMaxAge is not null && (stated is null || options.SharedMaxAgeForbidsStale));
        return isForbidden ? 0 : stated ?? configured;
    }

    private static StoredFlags FlagsOf(FieldTable fields, in ResponseDirectives directives, StoreOptions options)
    {
        StoredFlags flags = StoredFlags.None;
        bool isShared = directives.SharedMaxAge is not null;
        flags |= directives.Has(DirectiveFlags.NoCache) ? StoredFlags.NoCache : StoredFlags.None;
        flags |= isShared || directives.Has(DirectiveFlags.MustRevalidate | DirectiveFlags.ProxyRevalidate) ? StoredFlags.MustRevalidate : StoredFlags.None;
        flags |= directives.Has(DirectiveFlags.Immutable) ? StoredFlags.Immutable : StoredFlags.None;
        flags |= directives.Has(DirectiveFlags.NoTransform) ? StoredFlags.NoTransform : StoredFlags.None;
        Validators validators = Validators.Of(fields);
        flags |= validators.HasEntityTag ? StoredFlags.HasEntityTag : StoredFlags.None;
        flags |= validators.HasLastModified ? StoredFlags.HasLastModified : StoredFlags.None;
        bool isVaried = fields.Contains(KnownField.Vary) && (options.Ignored & IgnoredFields.Vary) == 0;
        flags |= isVaried ? StoredFlags.HasVary : StoredFlags.None;
        return flags | (fields.IndexOf(ResponseDirectives.SluiceName) >= 0 ? StoredFlags.HasSluiceField : StoredFlags.None);
    }
}
