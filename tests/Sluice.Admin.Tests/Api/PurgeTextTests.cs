using Sluice.Proxy.Caching;

namespace Sluice.Admin.Api;

/// <summary>What operators write means what is stored.</summary>
public sealed class PurgeTextTests
{
    [Theory]
    [InlineData(CachePurgeKind.Url, "http://shop.example", "http://shop.example/")]
    [InlineData(CachePurgeKind.Url, "HTTPS://Shop.Example.:443/a/../b/%7Eme/%c3%bc?X=%c3&y#part", "https://shop.example/b/~me/%C3%BC?X=%c3&y")]
    [InlineData(CachePurgeKind.Url, "http://shop.example:443/", "http://shop.example:443/")]
    [InlineData(CachePurgeKind.Url, "http://shop.example?a", "http://shop.example/?a")]
    [InlineData(CachePurgeKind.Url, "http://shop.example/ü?ü", "http://shop.example/%C3%BC?%C3%BC")]
    [InlineData(CachePurgeKind.Url, "http://[2001:DB8:0::1]:8080/x*", "http://[2001:db8::1]:8080/x*")]
    [InlineData(CachePurgeKind.Prefix, "https://shop.example", "https://shop.example/")]
    [InlineData(CachePurgeKind.Prefix, "https://shop.example/news/", "https://shop.example/news/")]
    [InlineData(CachePurgeKind.Host, "Shop.Example", "shop.example")]
    [InlineData(CachePurgeKind.Host, "shop.example:8080", "shop.example:8080")]
    [InlineData(CachePurgeKind.Host, "shop.example:443", "shop.example")]
    [InlineData(CachePurgeKind.Host, "shop.example:80", "shop.example")]
    [InlineData(CachePurgeKind.Tag, " product 17 ", "product 17")]
    [InlineData(CachePurgeKind.All, "", "")]
    public void Text_ThatIsGood_BecomesWhatRequestsAreStoredBy(CachePurgeKind kind, string text, string expected)
    {
        bool isRead = PurgeText.TryRead(kind, text, isSoft: true, out CachePurge? purge, out string? problem);

        Assert.True(isRead, problem);
        Assert.Equal(new CachePurge(kind, expected, IsSoft: true), purge);
    }

    [Theory]
    [InlineData(CachePurgeKind.Url, "", "`` is not an URL: it begins with http:// or https://")]
    [InlineData(CachePurgeKind.Url, "shop.example/logo.png", "`shop.example/logo.png` is not an URL: it begins with http:// or https://")]
    [InlineData(CachePurgeKind.Url, "ftp://shop.example/", "`ftp://shop.example/` is not an URL: it begins with http:// or https://")]
    [InlineData(CachePurgeKind.Url, "/logo.png", "`/logo.png` is relative: which host is meant? Such as https://shop.example/logo.png")]
    [InlineData(CachePurgeKind.Url, "https:///logo.png", "`` is not a host")]
    [InlineData(CachePurgeKind.Url, "https://me@shop.example/", "`me@shop.example` is not a host")]
    [InlineData(CachePurgeKind.Url, "https://*.shop.example/", "`*.shop.example` is not a host")]
    [InlineData(CachePurgeKind.Url, "https://shop.example/%zz", "`/%zz` is not a path that a request can have")]
    [InlineData(CachePurgeKind.Url, "https://shop.example/a b", "`/a b` is not a path that a request can have")]
    [InlineData(CachePurgeKind.Url, "https://shop.example/?a b", "`?a b` is not a query that a request can have")]
    [InlineData(CachePurgeKind.Prefix, "https://shop.example/news/*", "`https://shop.example/news/*` is a prefix without the star, too: https://shop.example/news/")]
    [InlineData(CachePurgeKind.Prefix, "/news/", "`/news/` is relative: which host is meant? Such as https://shop.example/news/")]
    [InlineData(CachePurgeKind.Host, "https://shop.example", "`https://shop.example` is an URL: the host alone, such as shop.example")]
    [InlineData(CachePurgeKind.Host, "shop.example/", "`shop.example/` is not a host, such as shop.example or shop.example:8443")]
    [InlineData(CachePurgeKind.Tag, " ", "` ` is not a tag: printable ASCII without commas")]
    [InlineData(CachePurgeKind.Tag, "a,b", "`a,b` is not a tag: printable ASCII without commas")]
    [InlineData(CachePurgeKind.All, "x", "everything needs no text")]
    public void Text_ThatIsNone_IsToldWhy(CachePurgeKind kind, string text, string expected)
    {
        bool isRead = PurgeText.TryRead(kind, text, isSoft: false, out CachePurge? purge, out string? problem);

        Assert.False(isRead);
        Assert.Null(purge);
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Text_ThatIsFarTooLong_IsRefused() =>
        Assert.False(PurgeText.TryRead(CachePurgeKind.Url, "https://a/" + new string('x', 16 * 1024), isSoft: false, out _, out _));
}
