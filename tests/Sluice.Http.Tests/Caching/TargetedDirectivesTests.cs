using Sluice.Http.Caching;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9213: fields that speak to this cache alone, and are structured ones (RFC 8941, RFC 9651).</summary>
public sealed class TargetedDirectivesTests
{
    [Theory]
    [InlineData("Cache-Control: max-age=1\nCDN-Cache-Control: max-age=2\nSluice-Cache-Control: max-age=3", 3, DirectiveSource.SluiceCacheControl)]
    [InlineData("Cache-Control: no-store\nCDN-Cache-Control: max-age=2", 2, DirectiveSource.CdnCacheControl)]
    [InlineData("Cache-Control: max-age=1\nExpires: 0", 1, DirectiveSource.CacheControl)]
    [InlineData("CDN-Cache-Control: max-age=2\nSluice-Cache-Control: max-age=3,", 2, DirectiveSource.CdnCacheControl)]
    [InlineData("CDN-Cache-Control:\nCache-Control: max-age=1", 1, DirectiveSource.CacheControl)]
    [InlineData("CDN-Cache-Control: max-age=2, foo bar\nCache-Control: max-age=1", 1, DirectiveSource.CacheControl)]
    [InlineData("Other-Cache-Control: max-age=9\nCache-Control: max-age=1", 1, DirectiveSource.CacheControl)]
    public void First_ThatIsValidAndNotEmpty_Counts(string fields, long maxAge, DirectiveSource source)
    {
        ResponseDirectives directives = Directives(fields);
        Assert.Equal(maxAge, directives.MaxAge);
        Assert.Equal(source, directives.Source);
        Assert.Equal(maxAge, Store(fields).Lifetime);
    }

    [Fact]
    public void Expires_BesideATargetedField_IsIgnored()
    {
        StoredTimes stored = Store("CDN-Cache-Control: must-revalidate\nExpires: Sun, 06 Nov 1994 09:49:37 GMT\nCache-Control: max-age=60");
        Assert.Equal(0, stored.Lifetime);
        Assert.Equal(LifetimeSource.None, stored.LifetimeSource);
    }

    [Theory]
    [InlineData("no-store", DirectiveFlags.NoStore)]
    [InlineData("no-store=?1", DirectiveFlags.NoStore)]
    [InlineData("no-store=?0, a", DirectiveFlags.None)]
    [InlineData("no-store, no-store=?0", DirectiveFlags.None)]
    [InlineData("no-store=?0, no-store", DirectiveFlags.NoStore)]
    [InlineData("no-store=1", DirectiveFlags.NoStore)]
    [InlineData("private", DirectiveFlags.Private)]
    [InlineData("private=?0, a", DirectiveFlags.None)]
    [InlineData("private=\"a, b\"", DirectiveFlags.HasFieldNames)]
    [InlineData("private=a", DirectiveFlags.HasFieldNames)]
    [InlineData("private=1", DirectiveFlags.Private)]
    [InlineData("private=(a b)", DirectiveFlags.Private)]
    [InlineData("no-cache=\"\"", DirectiveFlags.NoCache)]
    [InlineData("public", DirectiveFlags.Public)]
    [InlineData("public=1", DirectiveFlags.None)]
    [InlineData("must-understand=\"x\"", DirectiveFlags.None)]
    [InlineData("must-revalidate, proxy-revalidate, immutable, no-transform, must-understand",
        DirectiveFlags.MustRevalidate | DirectiveFlags.ProxyRevalidate | DirectiveFlags.Immutable | DirectiveFlags.NoTransform | DirectiveFlags.MustUnderstand)]
    public void Flags_AreBooleans(string value, DirectiveFlags expected) => Assert.Equal(expected, Directives($"CDN-Cache-Control: {value}").Flags);

    [Theory]
    [InlineData("max-age=60", 60)]
    [InlineData("max-age=60;foo=bar;baz", 60)]
    [InlineData("max-age=60, max-age=70", 70)]
    [InlineData("max-age=70, max-age=60", 60)]
    [InlineData("a=1\t ,\t max-age=60", 60)]
    [InlineData("max-age=999999999999999", 2147483648)]
    [InlineData("max-age=-60", 0)]
    public void Seconds_AreIntegers(string value, long expected) => Assert.Equal(expected, Directives($"CDN-Cache-Control: {value}").MaxAge);

    [Theory]
    [InlineData("max-age=60.0")]
    [InlineData("max-age=\"60\"")]
    [InlineData("max-age")]
    [InlineData("max-age=a")]
    [InlineData("max-age=@60")]
    [InlineData("max-age=(60)")]
    [InlineData("max-age=60, s-maxage=\"60\"")]
    [InlineData("max-age=60, stale-if-error")]
    public void Times_OfAnotherType_MakeTheFieldInvalid_ButWhatItForbidsHolds(string value)
    {
        Assert.Equal(DirectiveFlags.NoStore, Directives($"CDN-Cache-Control: {value}\nCache-Control: no-store").Flags);
        Assert.Equal(DirectiveFlags.Private, Directives($"CDN-Cache-Control: {value}, private\nCache-Control: max-age=5").Flags);
    }

    [Theory]
    [InlineData("a=1, b=-1.5, c=abc, d=\"x\\\"\\\\y\", e=:aGk=:, f=?0, g=@1659578233, h=%\"f%c3%bc\", i=(1 \"a\" b;c;d=1), j, *k=*")]
    [InlineData("a=(  1   2  ) , b=()")]
    [InlineData("a;b;c=1, d=1;  e")]
    [InlineData("a=999999999999999, b=999999999999.999, c=t/x:y")]
    public void Dictionaries_ThatAreValid_Count(string value) =>
        Assert.Equal(DirectiveSource.CdnCacheControl, Directives($"CDN-Cache-Control: {value}").Source);

    [Theory]
    [InlineData("Max-age=60")]
    [InlineData("max-age =60")]
    [InlineData("max-age= 60")]
    [InlineData("max-age=")]
    [InlineData("max-age=60,")]
    [InlineData(", max-age=60")]
    [InlineData("max-age=60,,a")]
    [InlineData("max-age=60 a")]
    [InlineData("=60")]
    [InlineData("1a")]
    [InlineData("a=1000000000000000")]
    [InlineData("a=1000000000000.1")]
    [InlineData("a=1.")]
    [InlineData("a=1.1234")]
    [InlineData("a=--1")]
    [InlineData("a=-")]
    [InlineData("a=\"x")]
    [InlineData("a=\"\\x\"")]
    [InlineData("a=\"\\")]
    [InlineData("a=\"\u00e9\"")]
    [InlineData("a=\"\t\"")]
    [InlineData("a=:a_b:")]
    [InlineData("a=:ab")]
    [InlineData("a=?2")]
    [InlineData("a=?")]
    [InlineData("a=@1.5")]
    [InlineData("a=@")]
    [InlineData("a=%\"%C3\"")]
    [InlineData("a=%\"x")]
    [InlineData("a=%x")]
    [InlineData("a=(1")]
    [InlineData("a=(1,2)")]
    [InlineData("a=(1\"x\")")]
    [InlineData("a=((1))")]
    [InlineData("a;")]
    [InlineData("a;B")]
    [InlineData("a;b=")]
    [InlineData("a=!")]
    public void Dictionaries_ThatAreNot_AreIgnoredWhole(string value)
    {
        Assert.Equal(DirectiveSource.None, Directives($"CDN-Cache-Control: {value}").Source);
        Assert.Equal(DirectiveSource.None, Directives($"CDN-Cache-Control: no-store\nCDN-Cache-Control: {value}").Source);
        Assert.Equal(5, Directives($"CDN-Cache-Control: no-store, {value}\nCache-Control: max-age=5").MaxAge);
    }

    [Fact]
    public void Lines_AreOneDictionary()
    {
        ResponseDirectives directives = Directives(
            "CDN-Cache-Control: max-age=5, no-store\ncdn-cache-control: no-store=?0, stale-if-error=9, stale-while-revalidate=8, s-maxage=7");
        Assert.Equal(DirectiveFlags.None, directives.Flags);
        Assert.Equal((5, 7, 8, 9), (directives.MaxAge, directives.SharedMaxAge, directives.StaleWhileRevalidate, directives.StaleIfError));
    }
}
