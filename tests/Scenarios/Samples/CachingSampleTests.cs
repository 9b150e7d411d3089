using Sluice.Proxy.Caching;

namespace Sluice.Scenarios.Samples;

/// <summary>What the sample of caching says is what happens.</summary>
public sealed class CachingSampleTests
{
    private const string Purge = "PURGE /images/a.png HTTP/1.1\r\nHost: a.test\r\n\r\n";

    [Fact]
    public async Task Page_AskedForAgain_ComesFromTheCacheInItsLanguage()
    {
        await using SampleProxy sample = SampleProxy.Start("caching.yaml");
        (HttpRequest asked, HttpResponse first) = await sample.ForwardAsync("/news", "Accept-Language: de\r\nX-Forwarded-Host: evil.test\r\nX-Original-URL: /admin\r\n");

        HttpResponse again = await AskAsync(sample, "/news", "Accept-Language: de\r\n");
        (_, HttpResponse other) = await sample.ForwardAsync("/news", "Accept-Language: en\r\n");

        Assert.Equal(("de", "a.test", null), (asked["Accept-Language"], asked["X-Forwarded-Host"], asked["X-Original-URL"]));
        Assert.Matches("^sluice; fwd=uri-miss; fwd-status=200; stored; ttl=(60|[345][0-9])$", first["Cache-Status"]);
        Assert.Equal((200, "ok"), (again.Status, again.Text));
        Assert.Matches("^sluice; hit; ttl=(60|[345][0-9])$", again["Cache-Status"]);
        Assert.InRange(int.Parse(again["Age"]!), 0, 30);
        Assert.StartsWith("sluice; fwd=uri-miss;", other["Cache-Status"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAVisitorWhoIsLoggedIn_IsNeitherStoredNorSentFromTheCache()
    {
        await using SampleProxy sample = SampleProxy.Start("caching.yaml");
        (_, HttpResponse own) = await sample.ForwardAsync("/account", "Cookie: session=1\r\n");
        (_, HttpResponse common) = await sample.ForwardAsync("/account");
        (_, HttpResponse again) = await sample.ForwardAsync("/account", "Cookie: session=1\r\n");
        HttpResponse stored = await AskAsync(sample, "/account");

        Assert.StartsWith("sluice; fwd=bypass", own["Cache-Status"], StringComparison.Ordinal);
        Assert.DoesNotContain("stored", own["Cache-Status"], StringComparison.Ordinal);
        Assert.StartsWith("sluice; fwd=uri-miss", common["Cache-Status"], StringComparison.Ordinal);
        Assert.StartsWith("sluice; fwd=bypass", again["Cache-Status"], StringComparison.Ordinal);
        Assert.StartsWith("sluice; hit", stored["Cache-Status"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Picture_WithAnyQuery_IsTheSameUntilItIsPurged()
    {
        await using SampleProxy sample = SampleProxy.Start("caching.yaml");
        await sample.ForwardAsync("/images/a.png?v=1");

        HttpResponse hit = await AskAsync(sample, "/images/a.png?v=2");
        HttpResponse purged = await (await sample.Proxy.ConnectAsync()).ExchangeAsync(Purge);
        HttpResponse nothing = await (await sample.Proxy.ConnectAsync()).ExchangeAsync(Purge);
        (_, HttpResponse anew) = await sample.ForwardAsync("/images/a.png?v=2");

        Assert.Matches("^sluice; hit; ttl=86[34][0-9]{2}$", hit["Cache-Status"]);
        Assert.Equal((200, 404), (purged.Status, nothing.Status));
        Assert.StartsWith("sluice; fwd=uri-miss", anew["Cache-Status"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkout_HasNoCache()
    {
        await using SampleProxy sample = SampleProxy.Start("caching.yaml");
        (_, HttpResponse first) = await sample.ForwardAsync("/checkout/1", responseFields: "Cache-Control: max-age=60\r\n");
        (_, HttpResponse second) = await sample.ForwardAsync("/checkout/1", responseFields: "Cache-Control: max-age=60\r\n");

        Assert.False(first.Has("Cache-Status") || second.Has("Cache-Status") || second.Has("Age"));
    }

    [Fact]
    public async Task Server_ThatIsDown_IsStoodInForByWhatThereWas()
    {
        await using SampleProxy sample = SampleProxy.Start("caching.yaml");
        await sample.ForwardAsync("/news");
        await sample.Proxy.SettleAsync();
        Assert.Equal(1, sample.Proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.Url, "http://a.test/news", IsSoft: true)));
        await sample.Upstream.DisposeAsync();

        HttpResponse stale = await AskAsync(sample, "/news");
        HttpResponse unknown = await AskAsync(sample, "/never-seen");

        Assert.Equal((200, "ok", 502), (stale.Status, stale.Text, unknown.Status));
        AccessLogEntry line = (await sample.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/news" && entry.Text("cache") == "stale"))[0];
        Assert.Equal("pages", line.Text("route"));
    }

    private static async Task<HttpResponse> AskAsync(SampleProxy sample, string target, string fields = "") =>
        await (await sample.Proxy.ConnectAsync()).ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
}
