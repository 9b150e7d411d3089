using Microsoft.Playwright;
using Sluice.Scenarios.Caching;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Browsers;

/// <summary>What a browser gets from the cache: content, parts of it, and that its own copy is still good.</summary>
[Collection(nameof(Chromium))]
public sealed class CacheTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Ask = """
        async ([cache, range]) => {
          const response = await fetch('/data', { cache, headers: range ? { Range: range } : {} });
          return `${response.status} ${await response.text()} ${response.headers.get('cache-status')}`;
        }
        """;

    [Fact]
    public async Task Browser_GetsWholeAndParts_AndKeepsItsOwnCopy()
    {
        await using RecordingUpstream server = RecordingUpstream.Start(
            request => [Bytes.Of(CacheStage.Response("Cache-Control: max-age=600\r\nETag: \"a\"\r\nContent-Type: text/plain\r\n", request.Target == "/data" ? "0123456789" : "page"))]);
        await using ProxyFixture proxy = ProxyFixture.Start(CacheStage.SetupOf(), new Transcript(), server.Plan);
        IPage page = await chromium.Browser.NewPageAsync();
        page.SetDefaultTimeout((float)Patience.PerTest.TotalMilliseconds);
        await page.GotoAsync($"http://127.0.0.1:{proxy.Port}/");

        string first = await page.EvaluateAsync<string>(Ask, new[] { "no-store", "" });
        string hit = await page.EvaluateAsync<string>(Ask, new[] { "no-store", "" });
        string part = await page.EvaluateAsync<string>(Ask, new[] { "no-store", "bytes=2-4" });
        await page.EvaluateAsync<string>(Ask, new[] { "reload", "" });
        string kept = await page.EvaluateAsync<string>(Ask, new[] { "no-cache", "" });

        Assert.StartsWith("200 0123456789 sluice; fwd=uri-miss", first, StringComparison.Ordinal);
        Assert.StartsWith("200 0123456789 sluice; hit", hit, StringComparison.Ordinal);
        Assert.StartsWith("206 234 sluice; hit", part, StringComparison.Ordinal);
        Assert.StartsWith("200 0123456789", kept, StringComparison.Ordinal);
        await proxy.AccessLog.WaitForAsync(entry => entry.Path == "/data" && entry.Status == 304);
        Assert.Equal(1, server.Requests.Count(request => request.Target == "/data"));
        await page.Context.CloseAsync();
    }
}
