using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;

namespace Sluice.Http.Caching;

/// <summary>Decides which responses a shared cache stores (RFC 9111, section 3).</summary>
public static class StoreRules
{
    /// <summary>Decides when the head of a response is there. Whether its content arrives whole is for the caller to see (section 3.3).</summary>
    /// <param name="request">As the client sent it.</param>
    /// <param name="response">As received, or merged with the response that validated it.</param>
    /// <param name="directives">Read from it with <see cref="StoreOptions.Ignored"/>.</param>
    /// <param name="times">When it was asked for and received.</param>
    /// <param name="options">The operator's.</param>
    /// <param name="stored">What to keep with it; only with <see cref="StoreVerdict.Store"/> and <see cref="StoreVerdict.Useless"/>.</param>
    public static StoreVerdict Decide(
        RequestHead request, ResponseHead response, in ResponseDirectives directives, in ResponseTimes times, StoreOptions options, out StoredTimes stored)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(options);
        stored = default;
        StoreVerdict verdict = OfRequest(request, options);
        verdict = verdict != StoreVerdict.Store ? verdict : OfStatus(response, directives, options);
        verdict = verdict != StoreVerdict.Store ? verdict : OfSharing(request, response.Fields, directives, options);
        verdict = verdict != StoreVerdict.Store ? verdict : OfVariants(response.Fields, options);
        if (verdict != StoreVerdict.Store)
        {
            return verdict;
        }

        if (!IsPermitted(response, directives, options))
        {
            return StoreVerdict.NotCacheable;
        }

        stored = Freshness.Compute(response, directives, times, options);
        return IsUseful(stored) ? StoreVerdict.Store : StoreVerdict.Useless;
    }

    private static StoreVerdict OfRequest(RequestHead request, StoreOptions options)
    {
        if (request.Method != RequestMethod.Get)
        {
            return StoreVerdict.Method;
        }

        if (request.HasBody)
        {
            return StoreVerdict.RequestContent;
        }

        return !options.IgnoresRequestNoStore && RequestDirectives.Read(request.Fields).NoStore ? StoreVerdict.RequestNoStore : StoreVerdict.Store;
    }

    private static StoreVerdict OfStatus(ResponseHead response, in ResponseDirectives directives, StoreOptions options)
    {
        int status = response.Status;
        bool hasRange = response.Fields.TryGet(KnownField.ContentRange, out ReadOnlySpan<byte> range);
        if (status < 200)
        {
            return StoreVerdict.InterimStatus;
        }

        if (status == 304)
        {
            return StoreVerdict.NotModified;
        }

        if (status == 206)
        {
            return !options.AllowsPartial ? StoreVerdict.PartialContent : range.StartsWith("bytes "u8) ? StoreVerdict.Store : StoreVerdict.RangeNotUnderstood;
        }

        if (hasRange)
        {
            return StoreVerdict.ContentRange;
        }

        if (directives.Has(DirectiveFlags.MustUnderstand) && !CacheableStatus.IsUnderstood(status))
        {
            return StoreVerdict.StatusNotUnderstood;
        }

        return CacheableStatus.IsOfOneRequest(status) && !IsConfigured(status, options) ? StoreVerdict.StatusOfOneRequest : StoreVerdict.Store;
    }

    private static StoreVerdict OfSharing(RequestHead request, FieldTable fields, in ResponseDirectives directives, StoreOptions options)
    {
        // must-understand takes the force from no-store where the status is understood, which was seen to before (section 5.2.2.3).
        if (directives.Has(DirectiveFlags.NoStore) && !directives.Has(DirectiveFlags.MustUnderstand))
        {
            return StoreVerdict.NoStore;
        }

        if (directives.Has(DirectiveFlags.Private))
        {
            return StoreVerdict.Private;
        }

        bool isShareable = directives.Has(DirectiveFlags.Public | DirectiveFlags.MustRevalidate) || directives.SharedMaxAge is not null;
        if (request.Fields.Contains(KnownField.Authorization) && !isShareable)
        {
            return StoreVerdict.Authorization;
        }

        bool isCookieRefused = options.Cookies == CookieRule.Refuse && fields.Contains(KnownField.SetCookie)
            && !WithheldFields.Contains(fields, directives, "set-cookie"u8);
        return isCookieRefused ? StoreVerdict.SetCookie : StoreVerdict.Store;
    }

    private static StoreVerdict OfVariants(FieldTable fields, StoreOptions options)
    {
        if (!fields.Contains(KnownField.Vary) || (options.Ignored & IgnoredFields.Vary) != 0)
        {
            return StoreVerdict.Store;
        }

        Span<byte> names = stackalloc byte[VaryKey.NameBytesMax];
        VaryOutcome outcome = VaryKey.ReadNames(fields, names, out int length);
        if (outcome is VaryOutcome.Any or VaryOutcome.TooMany)
        {
            return outcome == VaryOutcome.Any ? StoreVerdict.VaryAny : StoreVerdict.VaryTooMany;
        }

        bool isForeign = VaryKey.Names(names[..length], "accept-encoding"u8) && ContentCodings.Of(fields) == ContentCoding.Other;
        return isForeign ? StoreVerdict.ForeignCoding : StoreVerdict.Store;
    }

    // The last rule of section 3: somebody has to allow it.
    private static bool IsPermitted(ResponseHead response, in ResponseDirectives directives, StoreOptions options) =>
        CacheableStatus.IsHeuristic(response.Status)
        || directives.Has(DirectiveFlags.Public)
        || options.OverrideLifetime is not null
        || IsConfigured(response.Status, options)
        || Freshness.IsExplicit(response.Fields, directives, options.Ignored);

    private static bool IsConfigured(int status, StoreOptions options) => options.Valid?.Find(status) >= 0;

    private static bool IsUseful(in StoredTimes stored)
    {
        if (stored.HasValidator)
        {
            return true;
        }

        bool canBeStale = (stored.StaleWhileRevalidate | stored.StaleIfError) != 0;
        return !stored.Has(StoredFlags.NoCache) && (stored.Lifetime > stored.InitialAge || canBeStale);
    }
}
