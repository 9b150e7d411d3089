using Sluice.Http.Caching;
using Sluice.Http.Http1;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9111, section 3: which responses are stored.</summary>
public sealed class StoringTests
{
    private const string Fresh = "Cache-Control: max-age=60";

    [Theory]
    [InlineData("GET", StoreVerdict.Store)]
    [InlineData("HEAD", StoreVerdict.Method)]
    [InlineData("OPTIONS", StoreVerdict.Method)]
    [InlineData("POST", StoreVerdict.Method)]
    [InlineData("get", StoreVerdict.Method)]
    [InlineData("PURGE", StoreVerdict.Method)]
    [Trait("RFC9111", "3-1")]
    public void Method_OtherThanGet_IsNotStored(string method, StoreVerdict expected) => Assert.Equal(expected, Decide(Fresh, method: method));

    [Fact]
    public void Request_WithContent_IsNotStored() =>
        Assert.Equal(StoreVerdict.RequestContent, Decide(Fresh, "Content-Length: 3"));

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(103)]
    [Trait("RFC9111", "3-2")]
    public void Status_Interim_IsNotStored(int status) => Assert.Equal(StoreVerdict.InterimStatus, Decide(Fresh, status: status));

    [Fact]
    [Trait("RFC9111", "3-3")]
    public void Status_NotModified_IsNotStored() => Assert.Equal(StoreVerdict.NotModified, Decide(Fresh, status: 304));

    [Theory]
    [InlineData(200, StoreVerdict.Store)]
    [InlineData(302, StoreVerdict.Store)]
    [InlineData(404, StoreVerdict.Store)]
    [InlineData(299, StoreVerdict.StatusNotUnderstood)]
    [InlineData(418, StoreVerdict.StatusNotUnderstood)]
    [InlineData(599, StoreVerdict.StatusNotUnderstood)]
    [Trait("RFC9111", "3-3")]
    [Trait("RFC9111", "5.2.2.3-1")]
    public void MustUnderstand_WithNoStore_IsStoredWhereTheStatusIsUnderstood(int status, StoreVerdict expected) =>
        Assert.Equal(expected, Decide("Cache-Control: max-age=60, must-understand, no-store", status: status));

    [Fact]
    public void Status_Unknown_IsStoredWithExplicitFreshness() => Assert.Equal(StoreVerdict.Store, Decide(Fresh, status: 299));

    [Theory]
    [InlineData("Content-Range: bytes 0-9/10", false, StoreVerdict.PartialContent)]
    [InlineData("Content-Range: bytes 0-9/10", true, StoreVerdict.Store)]
    [InlineData("Content-Range: items 0-9/10", true, StoreVerdict.RangeNotUnderstood)]
    [InlineData("Content-Type: multipart/byteranges; boundary=x", true, StoreVerdict.RangeNotUnderstood)]
    [Trait("RFC9111", "3-3")]
    [Trait("RFC9111", "3.3-1")]
    public void Partial_IsStoredByWhoKeepsRangesOfBytes(string fields, bool allowsPartial, StoreVerdict expected) =>
        Assert.Equal(expected, Decide($"{Fresh}\n{fields}", status: 206, options: new StoreOptions { AllowsPartial = allowsPartial }));

    [Fact]
    [Trait("RFC9111", "3.3-1")]
    public void Partial_IsRecordedAsIncomplete()
    {
        Assert.True(Store($"{Fresh}\nContent-Range: bytes 0-9/10", status: 206).Has(StoredFlags.IsPartial));
        Assert.False(Store(Fresh).Has(StoredFlags.IsPartial));
    }

    [Fact]
    [Trait("RFC9111", "3.3-1")]
    public void ContentRange_OutsideOf206_IsNotStored() => Assert.Equal(StoreVerdict.ContentRange, Decide($"{Fresh}\nContent-Range: bytes 0-9/10"));

    [Theory]
    [InlineData("Cache-Control: no-store")]
    [InlineData("Cache-Control: max-age=60, NO-STORE")]
    [InlineData("Cache-Control: max-age=60\nCache-Control: no-store")]
    [InlineData("Cache-Control: public, no-store=\"x\"")]
    [InlineData("Cache-Control: foo=\"x, no-store")]
    [Trait("RFC9111", "3-4")]
    [Trait("RFC9111", "5.2.2.5-1")]
    public void NoStore_InResponse_IsNotStored(string fields) => Assert.Equal(StoreVerdict.NoStore, Decide(fields));

    [Theory]
    [InlineData("no-store", false, StoreVerdict.RequestNoStore)]
    [InlineData("max-age=0, no-store", false, StoreVerdict.RequestNoStore)]
    [InlineData("no-store", true, StoreVerdict.Store)]
    [Trait("RFC9111", "5.2.1.5-1")]
    public void NoStore_InRequest_IsNotStoredUnlessToldSo(string directives, bool ignored, StoreVerdict expected) =>
        Assert.Equal(expected, Decide(Fresh, $"Cache-Control: {directives}", options: new StoreOptions { IgnoresRequestNoStore = ignored }));

    [Theory]
    [InlineData("private, max-age=60")]
    [InlineData("private=\"\", max-age=60")]
    [InlineData("private=\"a b\", max-age=60")]
    [InlineData("private= \"x\", max-age=60")]
    [InlineData("private=\"x, max-age=60")]
    [InlineData("private=\"x\", max-age=60, private")]
    [Trait("RFC9111", "3-5")]
    [Trait("RFC9111", "5.2.2.7-1")]
    public void Private_WithoutReadableNames_IsNotStored(string directives) => Assert.Equal(StoreVerdict.Private, Decide($"Cache-Control: {directives}"));

    [Theory]
    [InlineData("private=\"x\", max-age=60")]
    [InlineData("private=x, max-age=60")]
    [InlineData("private=\"x, Y-z\", max-age=60")]
    [Trait("RFC9111", "3-5")]
    [Trait("RFC9111", "5.2.2.7-2")]
    public void Private_WithNames_IsStored(string directives) => Assert.Equal(StoreVerdict.Store, Decide($"Cache-Control: {directives}"));

    [Theory]
    [InlineData("max-age=60", StoreVerdict.Authorization)]
    [InlineData("max-age=60, proxy-revalidate", StoreVerdict.Authorization)]
    [InlineData("max-age=60, public=\"x\"", StoreVerdict.Authorization)]
    [InlineData("max-age=60, public", StoreVerdict.Store)]
    [InlineData("max-age=60, must-revalidate", StoreVerdict.Store)]
    [InlineData("s-maxage=60", StoreVerdict.Store)]
    [Trait("RFC9111", "3-6")]
    [Trait("RFC9111", "3.5-1")]
    [Trait("RFC9111", "5.2.2.9-1")]
    public void Authorization_IsStoredOnlyWithAWordThatAllowsIt(string directives, StoreVerdict expected) =>
        Assert.Equal(expected, Decide($"Cache-Control: {directives}", "Authorization: Basic QQ=="));

    [Theory]
    [InlineData("Cache-Control: public\nETag: \"1\"", 302, StoreVerdict.Store)]
    [InlineData("Expires: Sun, 06 Nov 1994 09:49:37 GMT", 302, StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=60", 302, StoreVerdict.Store)]
    [InlineData("Cache-Control: s-maxage=60", 302, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 200, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 203, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 204, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 300, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 301, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 308, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 404, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 405, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 410, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 414, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 501, StoreVerdict.Store)]
    [InlineData("ETag: \"1\"", 302, StoreVerdict.NotCacheable)]
    [InlineData("ETag: \"1\"", 303, StoreVerdict.NotCacheable)]
    [InlineData("ETag: \"1\"", 307, StoreVerdict.NotCacheable)]
    [InlineData("ETag: \"1\"", 403, StoreVerdict.NotCacheable)]
    [InlineData("ETag: \"1\"", 500, StoreVerdict.NotCacheable)]
    [InlineData("ETag: \"1\"", 503, StoreVerdict.NotCacheable)]
    [InlineData("Cache-Control: no-transform\nETag: \"1\"", 302, StoreVerdict.NotCacheable)]
    [InlineData("Cache-Control: proxy-revalidate\nETag: \"1\"", 302, StoreVerdict.NotCacheable)]
    [Trait("RFC9111", "3-7")]
    [Trait("RFC9111", "5.2.2.9-1")]
    public void Permission_ComesFromTheServerOrTheStatus(string fields, int status, StoreVerdict expected) =>
        Assert.Equal(expected, Decide(fields, status: status));

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(408)]
    [InlineData(412)]
    [InlineData(413)]
    [InlineData(416)]
    [InlineData(421)]
    [InlineData(425)]
    [InlineData(428)]
    [InlineData(429)]
    [InlineData(431)]
    [InlineData(511)]
    public void Status_ThatSpeaksOfOneRequest_IsStoredOnlyWhereItIsConfigured(int status)
    {
        var valid = new StatusLifetimes();
        valid.SetOthers(200, 599, 5);
        Assert.Equal(StoreVerdict.StatusOfOneRequest, Decide("Cache-Control: public, max-age=60", status: status));
        Assert.Equal(StoreVerdict.StatusOfOneRequest, Decide("", status: status, options: new StoreOptions { Valid = valid }));
        valid.Set(status, 5);
        Assert.Equal(StoreVerdict.Store, Decide("", status: status, options: new StoreOptions { Valid = valid }));
    }

    [Theory]
    [InlineData("Cache-Control: max-age=60\nSet-Cookie: a=b", CookieRule.Refuse, StoreVerdict.SetCookie)]
    [InlineData("Cache-Control: public, max-age=60\nSet-Cookie: a=b", CookieRule.Refuse, StoreVerdict.SetCookie)]
    [InlineData("Cache-Control: max-age=60\nSet-Cookie: a=b", CookieRule.Strip, StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=60\nSet-Cookie: a=b", CookieRule.Keep, StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=60, no-cache=\"Set-Cookie\"\nSet-Cookie: a=b", CookieRule.Refuse, StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=60, private=\"set-cookie, x\"\nSet-Cookie: a=b", CookieRule.Refuse, StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=60, private=\"set-cookie2\"\nSet-Cookie: a=b", CookieRule.Refuse, StoreVerdict.SetCookie)]
    public void SetCookie_IsNotStored_UnlessWithheldOrTold(string fields, CookieRule rule, StoreVerdict expected) =>
        Assert.Equal(expected, Decide(fields, options: new StoreOptions { Cookies = rule }));

    [Theory]
    [InlineData("Vary: *", StoreVerdict.VaryAny)]
    [InlineData("Vary: Accept\nVary: a, *", StoreVerdict.VaryAny)]
    [InlineData("Vary: a b", StoreVerdict.VaryAny)]
    [InlineData("Vary: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p", StoreVerdict.Store)]
    [InlineData("Vary: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", StoreVerdict.VaryTooMany)]
    [InlineData("Vary: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,*", StoreVerdict.VaryAny)]
    [InlineData("Vary:", StoreVerdict.Store)]
    [Trait("RFC9111", "4.1-3")]
    public void Vary_ThatNoRequestMatches_IsNotStored(string vary, StoreVerdict expected)
    {
        Assert.Equal(expected, Decide($"{Fresh}\n{vary}"));
        Assert.Equal(StoreVerdict.Store, Decide($"{Fresh}\n{vary}", options: new StoreOptions { Ignored = IgnoredFields.Vary }));
    }

    [Theory]
    [InlineData("gzip", StoreVerdict.Store)]
    [InlineData("br", StoreVerdict.Store)]
    [InlineData("zstd", StoreVerdict.Store)]
    [InlineData("identity", StoreVerdict.Store)]
    [InlineData("deflate", StoreVerdict.ForeignCoding)]
    [InlineData("gzip, br", StoreVerdict.ForeignCoding)]
    public void Coding_ThatKeysDontTellApart_IsNotStored(string coding, StoreVerdict expected)
    {
        Assert.Equal(expected, Decide($"{Fresh}\nVary: Accept-Encoding\nContent-Encoding: {coding}"));
        Assert.Equal(StoreVerdict.Store, Decide($"{Fresh}\nContent-Encoding: {coding}"));
    }

    [Theory]
    [InlineData("", StoreVerdict.Useless)]
    [InlineData("Cache-Control: max-age=0", StoreVerdict.Useless)]
    [InlineData("Cache-Control: no-cache", StoreVerdict.Useless)]
    [InlineData("Cache-Control: max-age=60, no-cache", StoreVerdict.Useless)]
    [InlineData("Cache-Control: max-age=60\nAge: 60", StoreVerdict.Useless)]
    [InlineData("Cache-Control: max-age=60\nAge: 59", StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=0, stale-while-revalidate=9", StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=0, stale-if-error=9", StoreVerdict.Store)]
    [InlineData("Cache-Control: max-age=0, stale-if-error=9, must-revalidate", StoreVerdict.Useless)]
    [InlineData("Cache-Control: max-age=0\nETag: \"1\"", StoreVerdict.Store)]
    [InlineData("Cache-Control: no-cache\nETag: W/\"1\"", StoreVerdict.Store)]
    [InlineData("Cache-Control: no-cache\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT", StoreVerdict.Store)]
    [InlineData("Cache-Control: no-cache\nETag: 1", StoreVerdict.Useless)]
    public void Response_ThatCanNeitherBeUsedNorValidated_IsNotStored(string fields, StoreVerdict expected) => Assert.Equal(expected, Decide(fields));

    [Fact]
    public void Options_ThatIgnoreTheServer_StoreWhatItForbids()
    {
        var options = new StoreOptions { Ignored = IgnoredFields.CacheControl | IgnoredFields.Expires, OverrideLifetime = 30 };
        Assert.Equal(StoreVerdict.Store, Decide("Cache-Control: no-store\nExpires: 0", options: options));
        Assert.Equal(StoreVerdict.Store, Decide("CDN-Cache-Control: private", options: options));
        Assert.Equal(StoreVerdict.Authorization, Decide("Cache-Control: public", "Authorization: x", options: options));
    }

    [Fact]
    public void Override_DoesNotReachWhatForbidsToStoreOrToReuse()
    {
        var options = new StoreOptions { OverrideLifetime = 30 };
        Assert.Equal(StoreVerdict.NoStore, Decide("Cache-Control: no-store", options: options));
        Assert.Equal(StoreVerdict.Private, Decide("Cache-Control: private", options: options));
        Assert.True(Store("Cache-Control: no-cache, max-age=60", options).Has(StoredFlags.NoCache));
        Assert.Equal(StoreVerdict.Store, Decide("", status: 302, options: options));
    }
}
