using System.Runtime.CompilerServices;
using Sluice.Http.Caching;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9111, sections 4.2 to 4.2.3, 5.1 and 5.3: how long a response is fresh, and how old it is.</summary>
public sealed class FreshnessTests
{
    private const string InAnHour = "Sun, 06 Nov 1994 09:49:37 GMT";

    [Theory]
    [InlineData("Cache-Control: s-maxage=9, max-age=8\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", 9, LifetimeSource.SharedMaxAge)]
    [InlineData("Cache-Control: max-age=8\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", 8, LifetimeSource.MaxAge)]
    [InlineData("Cache-Control: public\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", 3600, LifetimeSource.Expires)]
    [InlineData("Expires: Sun, 06 Nov 1994 09:49:37 GMT\nDate: Sun, 06 Nov 1994 09:49:30 GMT", 7, LifetimeSource.Expires)]
    [InlineData("Expires: Sun, 06 Nov 1994 08:49:36 GMT", 0, LifetimeSource.Expires)]
    [InlineData("Expires: Sun, 06 Nov 1994 09:49:37 GMT\nDate: 0", 3600, LifetimeSource.Expires)]
    [InlineData("", 0, LifetimeSource.None)]
    [Trait("RFC9111", "4.2.1-1")]
    [Trait("RFC9111", "5.2.2.1-1")]
    [Trait("RFC9111", "5.2.2.10-1")]
    [Trait("RFC9111", "5.3-2")]
    public void Lifetime_ComesFromTheFirstThatIsThere(string fields, long expected, LifetimeSource source)
    {
        Assert.Equal(expected, Store(fields).Lifetime);
        Assert.Equal(source, Store(fields).LifetimeSource);
    }

    [Theory]
    [InlineData("Cache-Control: max-age=9, max-age=5", 5)]
    [InlineData("Cache-Control: max-age=5, max-age=9", 5)]
    [InlineData("Cache-Control: max-age=5\nCache-Control: max-age=9", 5)]
    [InlineData("Cache-Control: max-age=5, max-age=x", 0)]
    [InlineData("Cache-Control: s-maxage=9, s-maxage=5, max-age=7", 5)]
    [InlineData("Expires: Sun, 06 Nov 1994 09:49:37 GMT\nExpires: Sun, 06 Nov 1994 08:49:47 GMT", 10)]
    [InlineData("Expires: Sun, 06 Nov 1994 09:49:37 GMT\nExpires: 0", 0)]
    [Trait("RFC9111", "4.2.1-2")]
    public void Lifetime_StatedTwice_IsTheShorter(string fields, long expected) => Assert.Equal(expected, Store(fields).Lifetime);

    [Theory]
    [InlineData("Cache-Control: max-age=60, no-cache")]
    [InlineData("Cache-Control: no-cache, public, max-age=60, stale-while-revalidate=60")]
    [InlineData("Cache-Control: max-age=60\nCache-Control: no-cache")]
    [Trait("RFC9111", "4.2.1-3")]
    public void Directives_ThatConflict_AreTakenStrictly(string fields) => Assert.Equal(ReuseVerdict.ValidateStale, Reuse(fields, 1));

    [Theory]
    [InlineData("max-age=x")]
    [InlineData("max-age")]
    [InlineData("max-age=")]
    [InlineData("max-age=-1")]
    [InlineData("max-age=+1")]
    [InlineData("max-age=3600.5")]
    [InlineData("max-age=1e9")]
    [InlineData("max-age=0x10")]
    [InlineData("max-age='60'")]
    [InlineData("max-age =60")]
    [InlineData("max-age= 60")]
    [InlineData("max-age=60 60")]
    [InlineData("max-age=\"60")]
    [InlineData("max-age=\"6\\0\"")]
    [InlineData("max-age=\"60\"x")]
    [InlineData("max-age=60, foo=\"bar")]
    [InlineData("s-maxage=x, max-age=60")]
    [Trait("RFC9111", "4.2.1-4")]
    public void Lifetime_Unreadable_IsStale(string directives)
    {
        StoredTimes stored = Store($"Cache-Control: {directives}\nLast-Modified: Sun, 06 Nov 1994 06:49:37 GMT\nExpires: {InAnHour}");
        Assert.Equal(0, stored.Lifetime);
        Assert.NotEqual(LifetimeSource.Heuristic, stored.LifetimeSource);
    }

    [Theory]
    [InlineData("max-age=60")]
    [InlineData("MAX-AGE=60")]
    [InlineData("max-age=\"60\"")]
    [InlineData("max-age=00060")]
    [InlineData(" , max-age=60 , ,")]
    [InlineData("foo=\"max-age=1, no-store\", max-age=60")]
    [InlineData("foo=\"\\\", max-age=1\", max-age=60")]
    [InlineData("foo, bar=baz, max-age=60, x=\"\"")]
    [InlineData("x-max-age=1, max-age=60, max-age2=1")]
    [Trait("RFC9111", "5.2.2.1-1")]
    [Trait("RFC9111", "5.2.3-1")]
    public void Lifetime_AmongWhatIsNotKnown_IsFound(string directives) => Assert.Equal(60, Store($"Cache-Control: {directives}").Lifetime);

    [Theory]
    [InlineData("2147483647", 2147483647)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("2147483649", 2147483648)]
    [InlineData("99999999999999999999999999999999", 2147483648)]
    [Trait("RFC9111", "1.2.2-1")]
    public void Seconds_TooMany_AreInfinity(string seconds, long expected)
    {
        StoredTimes stored = Store($"Cache-Control: max-age={seconds}\nAge: {seconds}");
        Assert.Equal(expected, stored.Lifetime);
        Assert.Equal(expected, stored.InitialAge);
        Assert.Equal(DeltaSeconds.Max, stored.AgeAt(Start + DeltaSeconds.Max));
        Assert.False(stored.IsFreshAt(Start + 1));
    }

    [Theory]
    [InlineData("Expires: sun, 06 nov 1994 09:49:37 gmt", 3600)]
    [InlineData("Expires: SUN, 06 NOV 1994 09:49:37 GMT", 3600)]
    [InlineData("Expires: sUNDAY, 06-nOV-94 09:49:37 gMT", 3600)]
    [InlineData("Expires: SUN NOV  6 09:49:37 1994", 3600)]
    [Trait("RFC9111", "4.2-1")]
    public void Dates_InAnyCase_AreRead(string expires, long expected) => Assert.Equal(expected, Store(expires).Lifetime);

    [Theory]
    [InlineData("Sun, 06 Nov 1994 09:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 09:49:37 CET")]
    [InlineData("Sun, 06 Nov 1994 09:49:37 +0000")]
    [InlineData("Sun, 06 Nov 1994 09:49:37")]
    [Trait("RFC9111", "4.2-4")]
    public void Dates_OfOtherZones_AreInvalid(string expires) => Assert.Equal(0, Store($"Expires: {expires}").Lifetime);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("Sun, 06 Nov 1994 25:49:37 GMT")]
    [InlineData("Sun, 99 Nov 1994 09:49:37 GMT")]
    [InlineData("3600")]
    [InlineData("Sun, 06 Nov 1994 09:49:37 GMT, Sun, 06 Nov 1994 09:49:37 GMT")]
    [Trait("RFC9111", "5.3-1")]
    public void Expires_Unreadable_IsThePast(string expires)
    {
        StoredTimes stored = Store($"Expires: {expires}\nLast-Modified: Sun, 06 Nov 1994 06:49:37 GMT");
        Assert.Equal(0, stored.Lifetime);
        Assert.Equal(LifetimeSource.Expires, stored.LifetimeSource);
    }

    /// <summary>All arithmetic is in seconds of UTC; a local zone has no way in.</summary>
    [Fact]
    [Trait("RFC9111", "4.2-3")]
    public void Dates_AreUtc()
    {
        Assert.True(CacheDate.TryParse("Sun, 06 Nov 1994 08:49:37 GMT"u8, out long seconds));
        Assert.Equal(Start, seconds);
    }

    [Theory]
    [InlineData("Last-Modified: Sun, 06 Nov 1994 06:49:37 GMT", 200, 720)]
    [InlineData("Last-Modified: Sun, 06 Nov 1994 08:49:07 GMT", 200, 3)]
    [InlineData("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT", 200, 0)]
    [InlineData("Last-Modified: Sun, 06 Nov 1994 09:49:37 GMT", 200, 0)]
    [InlineData("Last-Modified: Mon, 06 Nov 1989 08:49:37 GMT", 200, 86400)]
    [InlineData("Last-Modified: x", 200, 0)]
    [Trait("RFC9111", "4.2.2-3")]
    public void Heuristic_IsATenthOfTheTimeSinceTheChange(string fields, int status, long expected)
    {
        StoredTimes stored = Store(fields, status: status);
        Assert.Equal(expected, stored.Lifetime);
        Assert.Equal(expected > 0 ? LifetimeSource.Heuristic : LifetimeSource.None, stored.LifetimeSource);
    }

    [Theory]
    [InlineData("Cache-Control: max-age=5", 5)]
    [InlineData("Cache-Control: s-maxage=0", 0)]
    [InlineData("Expires: 0", 0)]
    [Trait("RFC9111", "4.2.2-1")]
    public void Heuristic_BesideAnExplicitTime_IsNotUsed(string fields, long expected) =>
        Assert.Equal(expected, Store($"{fields}\nLast-Modified: Sun, 06 Nov 1994 06:49:37 GMT").Lifetime);

    [Theory]
    [InlineData(200, "", 720)]
    [InlineData(404, "", 720)]
    [InlineData(302, "", 0)]
    [InlineData(500, "", 0)]
    [InlineData(302, "Cache-Control: public\n", 720)]
    [Trait("RFC9111", "4.2.2-2")]
    [Trait("RFC9111", "5.2.2.9-1")]
    public void Heuristic_IsOnlyForStatusesThatAllowIt(int status, string directives, long expected) =>
        Assert.Equal(expected, Store($"{directives}Last-Modified: Sun, 06 Nov 1994 06:49:37 GMT", status: status).Lifetime);

    [Fact]
    public void Heuristic_FollowsItsOptions()
    {
        const string Fields = "Last-Modified: Sun, 06 Nov 1994 06:49:37 GMT";
        Assert.Equal(3600, Store(Fields, new StoreOptions { HeuristicPercent = 50 }).Lifetime);
        Assert.Equal(100, Store(Fields, new StoreOptions { HeuristicMax = 100 }).Lifetime);
        Assert.Equal(0, Store(Fields, new StoreOptions { UsesHeuristics = false }).Lifetime);
    }

    [Fact]
    public void Configured_ByStatus_GoesBehindTheServerAndBeforeHeuristics()
    {
        var valid = new StatusLifetimes();
        valid.Set(404, 7);
        valid.SetOthers(400, 499, 3);
        valid.SetOthers(200, 599, 5);
        var options = new StoreOptions { Valid = valid };
        Assert.Equal(5, Store("Last-Modified: Sun, 06 Nov 1994 06:49:37 GMT", options).Lifetime);
        Assert.Equal(7, Store("", options, 404).Lifetime);
        Assert.Equal(3, Store("", options, 410).Lifetime);
        Assert.Equal(60, Store("Cache-Control: max-age=60", options).Lifetime);
        Assert.Equal(60, Store("Expires: Sun, 06 Nov 1994 08:50:37 GMT", options).Lifetime);
        Assert.Equal(5, Store("Expires: 0", options with { Ignored = IgnoredFields.Expires }).Lifetime);
        Assert.Equal(5, Store("Cache-Control: max-age=60", options with { Ignored = IgnoredFields.CacheControl }).Lifetime);
        Assert.Equal(9, Store("Cache-Control: max-age=60", options with { OverrideLifetime = 9 }).Lifetime);
        Assert.Equal(-1, valid.Find(199));
        Assert.Equal(-1, valid.Find(600));
        Assert.Equal(-1, valid.Find(431));
    }

    [Theory]
    [InlineData("", 0, 0, 0)]
    [InlineData("Age: 10", 0, 0, 10)]
    [InlineData("Age: 10", -3, 0, 13)]
    [InlineData("Age: 10", -3, 2, 15)]
    [InlineData("Age: 0", -3, 0, 3)]
    [InlineData("Date: Sun, 06 Nov 1994 08:49:17 GMT", 0, 0, 20)]
    [InlineData("Date: Sun, 06 Nov 1994 08:49:17 GMT\nAge: 10", -3, 0, 20)]
    [InlineData("Date: Sun, 06 Nov 1994 08:49:17 GMT\nAge: 30", -3, 0, 33)]
    [InlineData("Date: Sun, 06 Nov 1994 09:49:37 GMT", 0, 0, 0)]
    [InlineData("Date: x\nAge: 4", 0, 0, 4)]
    [Trait("RFC9111", "4.2.3-1")]
    [Trait("RFC9111", "4.2.3-2")]
    public void Age_OnArrival_IsTheLargerOfApparentAndCorrected(string fields, long requestedAt, long receivedAt, long expected)
    {
        StoredTimes stored = Store(fields, requestedAt: requestedAt, receivedAt: receivedAt);
        Assert.Equal(expected, stored.AgeAt(Start + receivedAt));
        Assert.Equal(expected + 100, stored.AgeAt(Start + receivedAt + 100));
        Assert.Equal(expected, stored.AgeAt(Start + receivedAt - 100));
    }

    [Fact]
    public void Age_WithClocksThatAreWrong_CanBeTakenFromAgeAlone() =>
        Assert.Equal(4, Store("Date: Sun, 06 Nov 1994 07:49:17 GMT\nAge: 4", new StoreOptions { IgnoresDate = true }).InitialAge);

    [Theory]
    [InlineData("Age: 5, 9", 5)]
    [InlineData("Age: 5\nAge: 9", 5)]
    [InlineData("Age: 5 ,x", 5)]
    [Trait("RFC9111", "5.1-1")]
    public void AgeField_OfSeveral_IsTheFirst(string fields, long expected) => Assert.Equal(expected, Store(fields).InitialAge);

    [Theory]
    [InlineData("Age: x")]
    [InlineData("Age: -5")]
    [InlineData("Age: 5.5")]
    [InlineData("Age:")]
    [InlineData("Age: , 5")]
    [InlineData("Age: \"5\"")]
    [Trait("RFC9111", "5.1-2")]
    public void AgeField_Unreadable_IsIgnored(string fields) => Assert.Equal(0, Store(fields).InitialAge);

    [Theory]
    [InlineData("Cache-Control: max-age=60, stale-while-revalidate=30, stale-if-error=40", 30, 40)]
    [InlineData("Cache-Control: max-age=60", 7, 8)]
    [InlineData("Cache-Control: max-age=60, stale-while-revalidate=0, stale-if-error=0", 0, 0)]
    [InlineData("Cache-Control: max-age=60, stale-while-revalidate=x, stale-if-error", 0, 0)]
    [InlineData("Cache-Control: max-age=60, stale-while-revalidate=9, stale-while-revalidate=5", 5, 8)]
    [InlineData("Cache-Control: max-age=60, stale-while-revalidate=30, must-revalidate", 0, 0)]
    [InlineData("Cache-Control: max-age=60, stale-if-error=30, proxy-revalidate", 0, 0)]
    [InlineData("Cache-Control: no-cache, stale-while-revalidate=30", 0, 0)]
    [InlineData("Cache-Control: s-maxage=60", 0, 0)]
    [InlineData("Cache-Control: s-maxage=60, stale-while-revalidate=30", 30, 0)]
    public void Windows_ComeFromTheServer_ThenFromTheOptions(string fields, long whileRevalidate, long ifError)
    {
        StoredTimes stored = Store(fields, new StoreOptions { StaleWhileRevalidate = 7, StaleIfError = 8 });
        Assert.Equal(whileRevalidate, stored.StaleWhileRevalidate);
        Assert.Equal(ifError, stored.StaleIfError);
    }

    [Fact]
    public void Windows_BesideSharedMaxAge_CanBeForbidden() => Assert.Equal(
        0, Store("Cache-Control: s-maxage=60, stale-while-revalidate=30", new StoreOptions { SharedMaxAgeForbidsStale = true }).StaleWhileRevalidate);

    [Fact]
    public void Flags_SayWhatThereIsToKnow()
    {
        Assert.Equal(StoredFlags.Immutable | StoredFlags.NoTransform, Store("Cache-Control: immutable, no-transform").Flags);
        Assert.Equal(StoredFlags.MustRevalidate, Store("Cache-Control: proxy-revalidate").Flags);
        Assert.Equal(StoredFlags.HasEntityTag | StoredFlags.HasLastModified, Store($"ETag: \"1\"\nLast-Modified: {StartText}").Flags);
        Assert.Equal(StoredFlags.None, Store("ETag: 1\nLast-Modified: x").Flags);
        Assert.Equal(StoredFlags.HasVary, Store("Vary: a").Flags);
        Assert.Equal(StoredFlags.HasSluiceField, Store("Sluice-Cache-Control: max-age=5").Flags);
        Assert.Equal(404, Store("", status: 404).Status);
    }

    [Fact]
    public void StoredTimes_AreSmallAndPlain()
    {
        Assert.Equal(40, Unsafe.SizeOf<StoredTimes>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<StoredTimes>());
    }

    [Fact]
    [Trait("RFC9111", "4-8")]
    public void MoreRecent_IsTheLaterByDate_ThenTheOneReceivedLater()
    {
        StoredTimes older = Store($"Date: {Date(-5)}", receivedAt: 9);
        StoredTimes newer = Store($"Date: {Date(-4)}");
        Assert.True(newer.IsMoreRecentThan(older));
        Assert.False(older.IsMoreRecentThan(newer));
        Assert.True(Store($"Date: {Date(-4)}", receivedAt: 1).IsMoreRecentThan(newer));
        Assert.False(newer.IsMoreRecentThan(newer));
    }
}
