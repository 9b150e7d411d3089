using Sluice.Http.Caching;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9111, sections 3.1 and 3.2: what of a head is stored, and how it is updated.</summary>
public sealed class StoredHeadTests
{
    private const string StatusLine = "HTTP/1.1 200 Some reason\r\n";
    private const string DateLine = $"Date: {StartText}\r\n";

    [Fact]
    [Trait("RFC9111", "3.1-1")]
    [Trait("RFC9111", "5.2-1")]
    public void Fields_KnownOrNot_AreStoredAsTheyCame()
    {
        const string Fields = "Date: Sun, 06 Nov 1994 08:49:37 GMT\nX-New:  a ,b \nx-new: c\n"
            + "Cache-Control: max-age=60, foo=bar\nExpires: 0\nContent-Type: text/plain\n"
            + "Via: 1.1 x\nVary: a\nETag: \"1\"\nCDN-Cache-Control: max-age=60\n"
            + "Sluice-Cache-Control: max-age=60\nCache-Status: inner; hit\nWarning: 110 - stale\nPragma: no-cache";
        Assert.Equal(
            StatusLine + Fields.Replace("  a ,b ", " a ,b", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n\r\n",
            Stored(Fields));
    }

    [Fact]
    [Trait("RFC9111", "3.1-2")]
    public void Fields_OfOneHop_AreLeftOut() => Assert.Equal(
        $"{StatusLine}X-Kept: 1\r\n{DateLine}\r\n",
        Stored("Connection: close, X-Named\nX-Named: 1\nKeep-Alive: timeout=5\nTransfer-Encoding: chunked\nTE: trailers\nUpgrade: h2c\nX-Kept: 1\nTrailer: x"));

    [Fact]
    public void ContentLengthAndAge_AreWrittenAnewLater_SoLeftOut() =>
        Assert.Equal($"{StatusLine}{DateLine}\r\n", Stored("Content-Length: 5\nAge: 9"));

    [Theory]
    [InlineData("Cache-Control: no-cache=\"X-A\"")]
    [InlineData("Cache-Control: private=\"x-a\"")]
    [InlineData("Cache-Control: private=x-a")]
    [InlineData("Cache-Control: max-age=5, private=\"b, X-a\"")]
    [InlineData("Cache-Control: private=\"b\"\nCache-Control: no-cache=\"x-a\"")]
    [InlineData("CDN-Cache-Control: private=\"x-a\"")]
    [InlineData("Sluice-Cache-Control: no-cache=\"y, x-a\", max-age=5")]
    [Trait("RFC9111", "3.1-3")]
    [Trait("RFC9111", "5.2.2.4-2")]
    [Trait("RFC9111", "5.2.2.7-2")]
    public void Fields_NamedByNoCacheOrPrivate_AreLeftOut(string directives) => Assert.Equal(
        $"{StatusLine}{directives.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\nX-Aa: 2\r\n{DateLine}\r\n",
        Stored($"X-A: 1\n{directives}\nx-a: 3\nX-Aa: 2"));

    [Fact]
    [Trait("RFC9111", "3.1-3")]
    public void Fields_NamedByAFieldThatDoesNotCount_AreStored() => Assert.Equal(
        $"{StatusLine}X-A: 1\r\nCache-Control: private=\"x-a\"\r\nCDN-Cache-Control: max-age=5\r\n{DateLine}\r\n",
        Stored("X-A: 1\nCache-Control: private=\"x-a\"\nCDN-Cache-Control: max-age=5"));

    [Fact]
    [Trait("RFC9111", "3.1-4")]
    public void Fields_OfAProxy_AreLeftOut() => Assert.Equal(
        $"{StatusLine}{DateLine}\r\n",
        Stored("Proxy-Authenticate: Basic\nProxy-Authentication-Info: x=y\nProxy-Authorization: z"));

    [Theory]
    [InlineData(CookieRule.Refuse, "")]
    [InlineData(CookieRule.Strip, "")]
    [InlineData(CookieRule.Keep, "Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n")]
    public void SetCookie_IsLeftOut_UnlessItIsKept(CookieRule rule, string expected) => Assert.Equal(
        $"{StatusLine}{expected}{DateLine}\r\n", Stored("Set-Cookie: a=b\nSet-Cookie: c=d", new StoreOptions { Cookies = rule }));

    [Fact]
    public void Tags_AreLeftOutAndWalked()
    {
        const string Fields = "Surrogate-Key: a  b/c\tc \nX: y\nCache-Tag: d e , f,,g\nsurrogate-key: h";
        Assert.Equal($"{StatusLine}X: y\r\n{DateLine}\r\n", Stored(Fields));
        var tags = new List<string>();
        foreach (ReadOnlySpan<byte> tag in new CacheTags(Response(Fields).Fields))
        {
            tags.Add(Bytes.ToText(tag));
        }

        Assert.Equal(["a", "b/c\tc", "d e", "f", "g", "h"], tags);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(301)]
    public void Status_IsKept(int status) => Assert.StartsWith($"HTTP/1.1 {status} Some reason\r\n", Stored("", status: status), StringComparison.Ordinal);

    [Fact]
    public void Head_Written_ReadsBack()
    {
        ResponseHead head = Responses.Parse(Stored("ETag: \"1\"\nContent-Length: 7\nTransfer-Encoding-X: y"));
        Assert.Equal(200, head.Status);
        Assert.Equal(3, head.Fields.Count);
        Assert.True(head.KeepAlive || head.Framing == BodyFraming.UntilClose);
    }

    [Fact]
    public void Writer_TooShort_OverflowsAndSaysSo()
    {
        ResponseHead head = Response("ETag: \"1\"\nCache-Control: max-age=5");
        int whole = Stored("ETag: \"1\"\nCache-Control: max-age=5").Length;
        for (int room = 0; room <= whole; room++)
        {
            var writer = new HeadWriter(new byte[room]);
            Assert.Equal(room == whole, StoredHead.Write(ref writer, head, default, Start, StoreOptions.Default));
            writer = new HeadWriter(new byte[room]);
            Assert.Equal(room == whole, StoredHead.Merge(ref writer, head, Response("", 304), default, Start, StoreOptions.Default));
        }
    }

    [Fact]
    [Trait("RFC9111", "3.2-1")]
    [Trait("RFC9111", "4.3.4-4")]
    public void Update_ReplacesFieldsOfTheSameName_AndAddsOthers() => Assert.Equal(
        $"{StatusLine}X-Kept: 1\r\nETag: \"1\"\r\nDate: {Date(100)}\r\nCache-Control: max-age=9\r\nx-TWICE: 3\r\nContent-Type: text/html\r\nX-Added: 4\r\n\r\n",
        Freshened(
            "Cache-Control: max-age=5\nX-Twice: 1\nX-Kept: 1\nX-Twice: 2\nETag: \"1\"\nContent-Type: text/plain",
            $"Date: {Date(100)}\nCache-Control: max-age=9\nx-TWICE: 3\nContent-Type: text/html\nX-Added: 4"));

    [Fact]
    [Trait("RFC9111", "3.2-2")]
    public void Update_LeavesWhatTheContentDependsOnAndWhatIsNotStored() => Assert.Equal(
        $"{StatusLine}Content-Encoding: gzip\r\nX-A: 1\r\nX-Named: 1\r\nCache-Control: private=\"x-a\"\r\nDate: {Date(100)}\r\n\r\n",
        Freshened(
            "Content-Encoding: gzip\nX-A: 1\nX-Named: 1",
            "Content-Encoding: br\nContent-Length: 99\nContent-Range: bytes 0-1/2\nAge: 4\nConnection: x-named\nX-Named: 2\nCache-Control: private=\"x-a\"\n"
                + "X-A: 2\nSet-Cookie: a=b\nSurrogate-Key: t\nProxy-Authenticate: Basic\nTrailer: x"));

    [Fact]
    public void Update_WithoutDate_GetsTheTimeOfItsArrival()
    {
        Assert.Contains($"Date: {Date(100)}\r\n", Freshened($"Date: {StartText}", "X: y"), StringComparison.Ordinal);
        Assert.Contains($"Date: {Date(100)}\r\n", Freshened($"Date: {StartText}", $"Cache-Control: private=date\nDate: {Date(5)}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Update_OfCookies_FollowsTheRule()
    {
        var keep = new StoreOptions { Cookies = CookieRule.Keep };
        Assert.Contains("Set-Cookie: c=d\r\n", Freshened("Set-Cookie: a=b", "Set-Cookie: c=d", keep), StringComparison.Ordinal);
        Assert.DoesNotContain("a=b", Freshened("Set-Cookie: a=b", "Set-Cookie: c=d", keep), StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", Freshened("Set-Cookie: a=b", "Set-Cookie: c=d"), StringComparison.Ordinal);
    }

    /// <summary>The lifetime of what was freshened is that of the merged head, its age that of the 304.</summary>
    [Fact]
    [Trait("RFC9111", "4.3.4-4")]
    public void Update_MakesTheStoredResponseFreshAgain()
    {
        ResponseHead merged = Responses.Parse(Freshened($"Date: {StartText}\nCache-Control: max-age=60\nETag: \"1\"", "Age: 7"));
        var times = ResponseTimes.Of(Response("Age: 7", 304).Fields, Start + 100, Start + 100);
        StoredTimes stored = Freshness.Compute(merged, ResponseDirectives.Read(merged.Fields), times, StoreOptions.Default);
        Assert.Equal(7, stored.AgeAt(Start + 100));
        Assert.Equal(53, stored.TtlAt(Start + 100));
    }
}
