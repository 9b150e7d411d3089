using Sluice.Http.Caching;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9111, sections 4, 4.2.4 and 5.2.1; RFC 5861; RFC 8246: when a stored response may be used.</summary>
public sealed class ReuseTests
{
    [Theory]
    [InlineData(0, ReuseVerdict.Fresh)]
    [InlineData(59, ReuseVerdict.Fresh)]
    [InlineData(60, ReuseVerdict.ValidateStale)]
    [InlineData(1000, ReuseVerdict.ValidateStale)]
    [Trait("RFC9111", "4-5")]
    [Trait("RFC9111", "4.2.4-2")]
    [Trait("RFC9111", "5.2.2.1-1")]
    public void Response_IsUsedWhileItIsFresh(long age, ReuseVerdict expected) => Assert.Equal(expected, Reuse("Cache-Control: max-age=60", age));

    [Fact]
    [Trait("RFC9111", "4-4")]
    [Trait("RFC9111", "5.2.2.4-1")]
    public void NoCache_IsValidatedBeforeEveryUse()
    {
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse("Cache-Control: max-age=60, no-cache", 0));
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse("Cache-Control: max-age=60, no-cache", 0, "Cache-Control: max-stale"));
        Assert.False(ServesOnError("Cache-Control: max-age=60, no-cache, stale-if-error=60", 0, isDisconnected: true));
        Assert.Equal(ReuseVerdict.Fresh, Reuse("Cache-Control: max-age=60, no-cache=\"x\"", 0));
    }

    [Theory]
    [InlineData("max-age=60, must-revalidate")]
    [InlineData("max-age=60, proxy-revalidate")]
    [InlineData("s-maxage=60")]
    [InlineData("max-age=60, must-revalidate, stale-while-revalidate=99, stale-if-error=99")]
    [InlineData("max-age=60, proxy-revalidate, stale-while-revalidate=99, stale-if-error=99")]
    [InlineData("s-maxage=60, must-revalidate, stale-while-revalidate=99")]
    [Trait("RFC9111", "4.2.4-1")]
    [Trait("RFC9111", "5.2.2.2-1")]
    [Trait("RFC9111", "5.2.2.8-1")]
    [Trait("RFC9111", "5.2.2.10-1")]
    public void Stale_WhereItIsForbidden_IsNeverUsed(string directives)
    {
        var options = new StoreOptions { StaleWhileRevalidate = 1000, StaleIfError = 1000 };
        var generous = new ReuseOptions { HonorsClient = true, StaleWhenDisconnected = 1000 };
        string response = $"Cache-Control: {directives}";
        Assert.Equal(ReuseVerdict.Fresh, Reuse(response, 59, options: options));
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse(response, 60, options: options));
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse(response, 60, "Cache-Control: max-stale", options: options));
        Assert.False(ServesOnError(response, 60, "Cache-Control: stale-if-error=1000", generous, isDisconnected: true));
        Assert.True(ServesOnError(response, 59, options: generous, isDisconnected: true));
    }

    /// <summary>Servers that send both mean both: what <c>s-maxage</c> forbids of itself, the window beside it allows, and nothing else does.</summary>
    [Fact]
    public void SharedMaxAge_WithAWindow_IsUsedStaleWithinIt()
    {
        var generous = new ReuseOptions { HonorsClient = true, StaleWhenDisconnected = 1000 };
        const string Response = "Cache-Control: s-maxage=60, stale-while-revalidate=30, stale-if-error=40";
        Assert.Equal(ReuseVerdict.StaleWhileRevalidate, Reuse(Response, 90));
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse(Response, 91));
        Assert.True(ServesOnError(Response, 100, options: generous, isDisconnected: true));
        Assert.False(ServesOnError(Response, 101, options: generous, isDisconnected: true));
    }

    [Theory]
    [InlineData(599, ReuseVerdict.Fresh)]
    [InlineData(600, ReuseVerdict.StaleWhileRevalidate)]
    [InlineData(630, ReuseVerdict.StaleWhileRevalidate)]
    [InlineData(631, ReuseVerdict.ValidateStale)]
    [Trait("RFC9111", "4.2.4-2")]
    public void StaleWhileRevalidate_IsTheExampleOfRfc5861(long age, ReuseVerdict expected) =>
        Assert.Equal(expected, Reuse("Cache-Control: max-age=600, stale-while-revalidate=30", age));

    [Theory]
    [InlineData("max-age=600, stale-if-error=1200", 900, true)]
    [InlineData("max-age=600, stale-if-error=1200", 1800, true)]
    [InlineData("max-age=600, stale-if-error=1200", 1801, false)]
    [InlineData("max-age=600", 599, true)]
    [InlineData("max-age=600", 600, false)]
    [InlineData("max-age=600, stale-if-error=0", 600, false)]
    [Trait("RFC9111", "4.3.3-2")]
    public void StaleIfError_IsTheExampleOfRfc5861(string directives, long age, bool expected) =>
        Assert.Equal(expected, ServesOnError($"Cache-Control: {directives}", age));

    [Fact]
    public void Errors_AreThoseOfRfc5861()
    {
        int[] errors = [.. Enumerable.Range(100, 500).Where(ReuseRules.IsError)];
        Assert.Equal([500, 502, 503, 504], errors);
    }

    [Fact]
    [Trait("RFC9111", "4.2.4-2")]
    public void Disconnected_ServesStaleAsLongAsTheOperatorSays()
    {
        var options = new ReuseOptions { StaleWhenDisconnected = 50 };
        Assert.True(ServesOnError("Cache-Control: max-age=60", 110, options: options, isDisconnected: true));
        Assert.False(ServesOnError("Cache-Control: max-age=60", 111, options: options, isDisconnected: true));
        Assert.False(ServesOnError("Cache-Control: max-age=60", 110, options: options));
    }

    [Fact]
    public void StaleIfError_OfARequest_CountsWhereClientsAreHonored()
    {
        const string Asks = "Cache-Control: stale-if-error=10";
        Assert.True(ServesOnError("Cache-Control: max-age=60", 70, Asks, new ReuseOptions { HonorsClient = true }));
        Assert.False(ServesOnError("Cache-Control: max-age=60", 71, Asks, new ReuseOptions { HonorsClient = true }));
        Assert.False(ServesOnError("Cache-Control: max-age=60", 70, Asks));
    }

    [Theory]
    [InlineData("max-age=30", 30, ReuseVerdict.Fresh)]
    [InlineData("max-age=30", 31, ReuseVerdict.ValidateRequested)]
    [InlineData("max-age=0", 0, ReuseVerdict.Fresh)]
    [InlineData("max-age=0", 1, ReuseVerdict.ValidateRequested)]
    [InlineData("max-age=30, max-age=10", 11, ReuseVerdict.ValidateRequested)]
    [InlineData("max-age=\"30\"", 31, ReuseVerdict.ValidateRequested)]
    [InlineData("max-age=x", 59, ReuseVerdict.Fresh)]
    [InlineData("max-age=999", 61, ReuseVerdict.ValidateStale)]
    [Trait("RFC9111", "5.2.1.1-1")]
    public void MaxAge_OfARequest_BoundsTheAge(string directives, long age, ReuseVerdict expected) =>
        Assert.Equal(expected, Reuse("Cache-Control: max-age=60", age, $"Cache-Control: {directives}"));

    [Fact]
    [Trait("RFC9111", "5.2.1.1-1")]
    public void MaxAge_OfARequest_WithoutMaxStale_RefusesWhatIsStale()
    {
        const string Response = "Cache-Control: max-age=60, stale-while-revalidate=30";
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse(Response, 70, "Cache-Control: max-age=999"));
        Assert.Equal(ReuseVerdict.StaleWhileRevalidate, Reuse(Response, 70, "Cache-Control: max-age=999, max-stale=30"));
    }

    [Theory]
    [InlineData("max-stale", 60, ReuseVerdict.StaleAccepted)]
    [InlineData("max-stale", 1000000, ReuseVerdict.StaleAccepted)]
    [InlineData("max-stale=10", 70, ReuseVerdict.StaleAccepted)]
    [InlineData("max-stale=10", 71, ReuseVerdict.ValidateStale)]
    [InlineData("max-stale, max-stale=10", 71, ReuseVerdict.ValidateStale)]
    [InlineData("max-stale=10, max-stale", 71, ReuseVerdict.ValidateStale)]
    [InlineData("max-stale=x", 61, ReuseVerdict.ValidateStale)]
    [InlineData("max-stale=", 61, ReuseVerdict.ValidateStale)]
    [InlineData("max-stale=10", 59, ReuseVerdict.Fresh)]
    [Trait("RFC9111", "5.2.1.2-1")]
    public void MaxStale_OfARequest_AllowsStaleness(string directives, long age, ReuseVerdict expected) =>
        Assert.Equal(expected, Reuse("Cache-Control: max-age=60", age, $"Cache-Control: {directives}"));

    [Theory]
    [InlineData("min-fresh=20", 40, ReuseVerdict.Fresh)]
    [InlineData("min-fresh=20", 41, ReuseVerdict.ValidateRequested)]
    [InlineData("min-fresh=5, min-fresh=20", 41, ReuseVerdict.ValidateRequested)]
    [InlineData("min-fresh=61", 0, ReuseVerdict.ValidateRequested)]
    [InlineData("min-fresh=x", 59, ReuseVerdict.Fresh)]
    [Trait("RFC9111", "5.2.1.3-1")]
    public void MinFresh_OfARequest_WantsTimeToSpare(string directives, long age, ReuseVerdict expected) =>
        Assert.Equal(expected, Reuse("Cache-Control: max-age=60", age, $"Cache-Control: {directives}"));

    [Theory]
    [InlineData("Cache-Control: no-cache")]
    [InlineData("Cache-Control: No-Cache")]
    [InlineData("Cache-Control: foo\nCache-Control: no-cache")]
    [Trait("RFC9111", "5.2.1.4-1")]
    public void NoCache_OfARequest_WantsValidation(string request)
    {
        Assert.Equal(ReuseVerdict.ValidateRequested, Reuse("Cache-Control: max-age=60", 1, request));
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse("Cache-Control: max-age=60, stale-while-revalidate=60", 61, request));
    }

    [Theory]
    [InlineData("Pragma: no-cache", ReuseVerdict.ValidateRequested)]
    [InlineData("Pragma: foo, No-Cache", ReuseVerdict.ValidateRequested)]
    [InlineData("Pragma: foo\nPragma: no-cache", ReuseVerdict.ValidateRequested)]
    [InlineData("Pragma: no-cachex", ReuseVerdict.Fresh)]
    [InlineData("Pragma: no-cache\nCache-Control: max-age=60", ReuseVerdict.Fresh)]
    [Trait("RFC9111", "5.4-1")]
    public void Pragma_OfARequest_CountsWithoutCacheControl(string request, ReuseVerdict expected) =>
        Assert.Equal(expected, Reuse("Cache-Control: max-age=60", 1, request));

    [Fact]
    [Trait("RFC9111", "5.4-1")]
    public void Pragma_OfAResponse_MeansNothing() => Assert.Equal(ReuseVerdict.Fresh, Reuse("Pragma: no-cache\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", 1));

    [Theory]
    [InlineData("no-cache")]
    [InlineData("max-age=0")]
    [InlineData("min-fresh=999")]
    public void Clients_ThatAreNotHonored_GetWhatIsFresh(string directives) =>
        Assert.Equal(ReuseVerdict.Fresh, Reuse("Cache-Control: max-age=60", 1, $"Cache-Control: {directives}", honorsClient: false));

    [Fact]
    public void Clients_ThatAreNotHonored_GetNothingStale() =>
        Assert.Equal(ReuseVerdict.ValidateStale, Reuse("Cache-Control: max-age=60", 61, "Cache-Control: max-stale", honorsClient: false));

    [Fact]
    [Trait("RFC9111", "5.2.1.7-1")]
    public void OnlyIfCached_GetsWhatIsStored_OrNothing()
    {
        const string Asks = "Cache-Control: only-if-cached";
        Assert.Equal(ReuseVerdict.Fresh, Reuse("Cache-Control: max-age=60", 1, Asks, honorsClient: false));
        Assert.Equal(ReuseVerdict.OnlyIfCachedMiss, Reuse("Cache-Control: max-age=60", 61, Asks, honorsClient: false));
        Assert.Equal(ReuseVerdict.OnlyIfCachedMiss, Reuse("Cache-Control: max-age=60", 1, "Cache-Control: only-if-cached, no-cache"));
        Assert.Equal(ReuseVerdict.StaleAccepted, Reuse("Cache-Control: max-age=60", 61, "Cache-Control: only-if-cached, max-stale"));
        Assert.Equal(ReuseVerdict.StaleWhileRevalidate, Reuse("Cache-Control: max-age=60, stale-while-revalidate=9", 61, Asks));
        Assert.False(ReuseRules.MayForward(Asked(Asks), default));
        Assert.True(ReuseRules.MayForward(Asked(Asks), new ReuseOptions { IgnoresOnlyIfCached = true }));
        Assert.True(ReuseRules.MayForward(default, default));
    }

    /// <summary>RFC 8246, section 2: a reload doesn't validate what won't change, a forced one does.</summary>
    [Theory]
    [InlineData("max-age=0", 10, ReuseVerdict.Fresh)]
    [InlineData("no-cache", 10, ReuseVerdict.ValidateRequested)]
    [InlineData("max-age=0", 60, ReuseVerdict.ValidateStale)]
    public void Immutable_WhileFresh_IsNotValidatedForAReload(string directives, long age, ReuseVerdict expected) =>
        Assert.Equal(expected, Reuse("Cache-Control: max-age=60, immutable", age, $"Cache-Control: {directives}"));

    [Fact]
    [Trait("RFC9111", "4.4-1")]
    public void Invalidated_IsValidatedBeforeItIsUsed()
    {
        StoredTimes stored = Store("Cache-Control: max-age=60, stale-while-revalidate=60, stale-if-error=60").Invalidated();
        Assert.Equal(ReuseVerdict.ValidateStale, ReuseRules.Decide(stored, Asked("Cache-Control: max-stale"), Start, new ReuseOptions { HonorsClient = true }));
        Assert.False(ReuseRules.MayServeOnError(stored, default, Start, new ReuseOptions { StaleWhenDisconnected = 9 }, isDisconnected: true));
    }

    [Fact]
    public void Expired_IsStaleFromThenOn_AndKeepsItsWindows()
    {
        StoredTimes stored = Store("Cache-Control: max-age=60, stale-while-revalidate=30").ExpiredAt(Start + 10);
        Assert.Equal(ReuseVerdict.StaleWhileRevalidate, ReuseRules.Decide(stored, default, Start + 10, default));
        Assert.Equal(ReuseVerdict.StaleWhileRevalidate, ReuseRules.Decide(stored, default, Start + 40, default));
        Assert.Equal(ReuseVerdict.ValidateStale, ReuseRules.Decide(stored, default, Start + 41, default));
        Assert.Equal(stored, stored.ExpiredAt(Start + 20));
        Assert.Equal(-5, stored.TtlAt(Start + 15));
    }
}
