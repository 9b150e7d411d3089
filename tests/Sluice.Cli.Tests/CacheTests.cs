using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

/// <summary>An operator sees what is stored, and removes it.</summary>
public sealed class CacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cache_OfAnInstance_IsShownAndPurged()
    {
        using SluiceProcess sluice = Start();
        using HttpClient client = ClientOf(await sluice.WaitForListenerAsync());
        string url = new Uri(client.BaseAddress!, "/pages/a").ToString();
        ProcessResult before = await sluice.AskAsync("cache");
        string[] statuses = [await AskAsync(client, "/pages/a"), await AskAsync(client, "/pages/a"), await AskAsync(client, "/pages/b")];
        await SettleAsync(client);
        ProcessResult shown = await sluice.AskAsync("cache");
        using JsonDocument json = JsonDocument.Parse((await sluice.AskAsync("cache", "--json")).Output);

        ProcessResult purged = await sluice.AskAsync("cache", "purge", url);
        ProcessResult again = await sluice.AskAsync("cache", "purge", url);
        string afterwards = await AskAsync(client, "/pages/a");

        // What the store itself takes is its own business.
        Assert.Equal("""
            cache of 1 route
              memory       0 objects, S of 32 MiB
              disk         none
              on their way 0 requests to servers
              made room    0 objects; 0 not stored
              hit ratio    no request yet
              requests     hit 0, stale 0, revalidated 0, miss 0, expired 0, coalesced 0, bypass 0

            """, Regex.Replace(before.Output, "objects, [0-9.]+ (K|M)?i?B of", "objects, S of"));
        Assert.Equal(["fwd=uri-miss", "hit", "fwd=uri-miss"], statuses);
        Assert.Contains("  memory       2 objects, ", shown.Output, StringComparison.Ordinal);
        Assert.EndsWith("  hit ratio    33.3 %\n  requests     hit 1, stale 0, revalidated 0, miss 2, expired 0, coalesced 0, bypass 0\n", shown.Output, StringComparison.Ordinal);
        Assert.Equal((2, 0.3333), (json.RootElement.GetProperty("memory").GetProperty("objects").GetInt64(), json.RootElement.GetProperty("hit_ratio").GetDouble()));
        Assert.Equal((0, "1 object removed\n", ""), (purged.ExitCode, purged.Output, purged.Error));
        Assert.Equal((0, "0 objects removed\n", ""), (again.ExitCode, again.Output, again.Error));
        Assert.Equal("fwd=uri-miss", afterwards);
    }

    [Theory]
    [InlineData("2 objects removed\n", "--prefix", "http://a.test/pages/")]
    [InlineData("3 objects removed\n", "--prefix", "http://a.test")]
    [InlineData("0 objects removed\n", "--prefix", "https://a.test")]
    [InlineData("3 objects removed\n", "--host", "A.test")]
    [InlineData("2 objects removed\n", "--tag", "page")]
    [InlineData("0 objects removed\n", "--tag", "pag")]
    [InlineData("4 objects removed\n", "--all")]
    [InlineData("4 objects made stale\n", "--all", "--soft")]
    public async Task Purge_ByWhatObjectsHaveInCommon_RemovesTheseAlone(string expected, params string[] arguments)
    {
        using SluiceProcess sluice = Start();
        using HttpClient client = ClientOf(await sluice.WaitForListenerAsync());
        foreach ((string host, string path) in new[] { ("a.test", "/pages/a"), ("a.test", "/pages/b"), ("a.test", "/other"), ("b.test", "/other") })
        {
            await AskAsync(client, path, host);
        }

        await SettleAsync(client);
        ProcessResult result = await sluice.AskAsync(["cache", "purge", .. arguments]);

        Assert.Equal((0, expected, ""), (result.ExitCode, result.Output, result.Error));
    }

    [Theory]
    [InlineData("what is to be removed? an URL, --prefix, --host, --tag or --all", "")]
    [InlineData("one at a time: an URL, --prefix, --host, --tag or --all", "http://a/ --all")]
    [InlineData("`/logo.png` is relative: which host is meant? Such as https://shop.example/logo.png", "/logo.png")]
    [InlineData("`logo.png` is not an URL: it begins with http:// or https://", "logo.png")]
    [InlineData("`a,b` is not a tag: printable ASCII without commas", "--tag a,b")]
    public async Task Purge_WrittenWrong_IsRefusedBeforeAnythingIsAsked(string message, string arguments)
    {
        ProcessResult result = await SluiceProcess.RunAsync(
            ["cache", "purge", "--socket", _folder.Path + "/no.sock", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"sluice: {message}\nusage: sluice cache purge URL|", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("try: sluice cache purge --help\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 422, "exactly one of url, prefix, host, tag and all=true says what is to be removed")]
    [InlineData("?all=yes", 422, "exactly one of url, prefix, host, tag and all=true says what is to be removed")]
    [InlineData("?host=a.test&tag=x", 422, "exactly one of url, prefix, host, tag and all=true says what is to be removed")]
    [InlineData("?tag=x&tag=y", 422, "exactly one of url, prefix, host, tag and all=true says what is to be removed")]
    [InlineData("?url=/x", 422, "`/x` is relative: which host is meant? Such as https://shop.example/x")]
    [InlineData("?tag=x", 200, null)]
    public async Task Api_Purge_SaysWhatIsWrong(string query, int status, string? problem)
    {
        using SluiceProcess sluice = Start();
        await sluice.WaitForListenerAsync();

        (int actual, JsonElement report) = await PostAsync(sluice, "/v1/cache/purge" + query);

        Assert.Equal((status, problem), (actual, report.GetProperty("problem").GetString()));
        Assert.Equal(0, report.GetProperty("objects").GetInt64());
    }

    [Fact]
    public async Task LogAndMetrics_OfCachedRequests_SayWhatTheCacheDid()
    {
        using SluiceProcess sluice = Start(accessLog: "stdout");
        using HttpClient client = ClientOf(await sluice.WaitForListenerAsync());
        await AskAsync(client, "/pages/a");
        await AskAsync(client, "/pages/a");
        await AskAsync(client, "/fixed");

        string metrics = await CurlAsync(sluice, "/metrics");
        await sluice.SignalAsync("TERM");
        string[] lines = (await sluice.WaitForExitAsync()).Output.TrimEnd('\n').Split('\n');

        Assert.Contains("sluice_cache_requests_total{outcome=\"hit\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_cache_requests_total{outcome=\"miss\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_cache_objects{tier=\"memory\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_cache_limit_bytes{tier=\"memory\"} 33554432\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("tier=\"disk\"", metrics, StringComparison.Ordinal);
        Assert.Equal(["miss", "hit", null], lines.Where(line => !line.Contains("\"listener\":\"unix:", StringComparison.Ordinal)).Select(CacheOf));
    }

    private static string? CacheOf(string line)
    {
        using JsonDocument entry = JsonDocument.Parse(line);
        return entry.RootElement.TryGetProperty("cache", out JsonElement cache) ? cache.GetString() : null;
    }

    // One process is its own server, behind a second listener.
    private SluiceProcess Start(string accessLog = "off")
    {
        string origin = $"unix:{_folder.Path}/o.sock";
        return SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", $$"""
            listen: ["127.0.0.1:0", { name: origin, address: "{{origin}}" }]
            workers: 1
            access_log: {{accessLog}}
            overload: { max_delay: 60s }
            cache: { memory: 32MiB }
            routes:
              - match: { listener: origin, path: /pages/* }
                respond: { body: page, headers: { Cache-Control: max-age=60, Surrogate-Key: "page all" } }
              - match: { listener: origin }
                respond: { body: other, headers: { Cache-Control: max-age=60 } }
              - { match: /fixed, respond: fixed }
              - { proxy: "{{origin}}", cache: true }

            """));
    }

    private static HttpClient ClientOf(EndPoint address) => new() { BaseAddress = new Uri($"http://{address}") };

    // The only worker has done with a request when it answers the next one.
    private static Task<string> SettleAsync(HttpClient client) => AskAsync(client, "/fixed");

    // What the cache says that it did, without its details.
    private static async Task<string> AskAsync(HttpClient client, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Host = host;
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.TryGetValues("Cache-Status", out IEnumerable<string>? values) ? values.Single().Split("; ")[1] : "";
    }

    private static async Task<(int Status, JsonElement Report)> PostAsync(SluiceProcess sluice, string path)
    {
        string answer = await CurlAsync(sluice, path, "-X", "POST", "-w", "\n%{http_code}");
        int end = answer.LastIndexOf('\n');
        using JsonDocument report = JsonDocument.Parse(answer[..end]);
        return (int.Parse(answer[(end + 1)..]), report.RootElement.Clone());
    }

    private static async Task<string> CurlAsync(SluiceProcess sluice, string path, params string[] options)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("curl", ["-s", .. options, "--unix-socket", sluice.ControlSocket, "http://x" + path])
        {
            RedirectStandardOutput = true,
        })!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync();
        return output;
    }
}
