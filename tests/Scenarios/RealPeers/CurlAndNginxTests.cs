using System.Security.Cryptography;

namespace Sluice.Scenarios.RealPeers;

/// <summary>curl in front and nginx behind: what users have.</summary>
public sealed class CurlAndNginxTests(NginxOrigin nginx) : IClassFixture<NginxOrigin>, IAsyncLifetime
{
    private ProxyFixture _proxy = null!;

    public Task InitializeAsync()
    {
        _proxy = ProxyFixture.Start(new ProxySetup { Workers = 2 }, new Transcript(), nginx.Plan);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task Get_ASmallAnswer_ArrivesAndTheConnectionIsReused()
    {
        ToolResult result = await CurlAsync("-w", "%{http_code} %{num_connects} ", Url("/hello"), Url("/hello"));

        Assert.Equal("hello from nginx\n200 1 hello from nginx\n200 0 ", result.Output);
    }

    [Fact]
    public async Task Get_AFileOf8MB_ArrivesUnchanged()
    {
        string target = Path.Combine(nginx.Scratch, "downloaded.bin");

        await CurlAsync("-o", target, Url("/large.bin"));

        Assert.Equal(await DigestAsync(nginx.LargeFile), await DigestAsync(target));
    }

    [Fact]
    public async Task Get_ARange_ArrivesAsPartialContent()
    {
        ToolResult result = await CurlAsync("-r", "100-199", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", Url("/large.bin"));

        Assert.Equal("206 100", result.Output);
    }

    [Fact]
    public async Task Put_AFileOf8MB_ArrivesUnchanged()
    {
        ToolResult result = await CurlAsync("-T", nginx.LargeFile, "-o", "/dev/null", "-w", "%{http_code}", Url("/uploads/counted.bin"));

        Assert.Equal("201", result.Output);
        Assert.Equal(await DigestAsync(nginx.LargeFile), await DigestAsync(Path.Combine(nginx.Scratch, "www", "uploads", "counted.bin")));
    }

    [Fact]
    public async Task Put_Chunked_ArrivesUnchanged()
    {
        ToolResult result = await CurlAsync(
            "-T", nginx.LargeFile, "-H", "Transfer-Encoding: chunked",
            "-o", "/dev/null", "-w", "%{http_code}", Url("/uploads/chunked.bin"));

        Assert.Equal("201", result.Output);
        Assert.Equal(await DigestAsync(nginx.LargeFile), await DigestAsync(Path.Combine(nginx.Scratch, "www", "uploads", "chunked.bin")));
    }

    [Fact]
    public async Task Post_AFile_IsAnswered()
    {
        ToolResult result = await CurlAsync("--data-binary", "@" + nginx.LargeFile, Url("/post"));

        Assert.Equal("hello from nginx\n", result.Output);
    }

    [Fact]
    public async Task Post_WithExpect_IsAskedForItsContentAndAnswered()
    {
        ToolResult result = await CurlAsync("-v", "-H", "Expect: 100-continue", "--data-binary", "@" + nginx.LargeFile, Url("/post"));

        Assert.Contains("HTTP/1.1 100 Continue", result.Error, StringComparison.Ordinal);
        Assert.Equal("hello from nginx\n", result.Output);
    }

    [Fact]
    public async Task Get_OverHttp10_IsAnsweredAndClosed()
    {
        ToolResult result = await CurlAsync("--http1.0", "-D", "-", Url("/hello"));

        Assert.EndsWith("hello from nginx\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", result.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Head_OfAFile_HasItsLength()
    {
        ToolResult result = await CurlAsync("-I", Url("/large.bin"));

        Assert.Contains($"content-length: {NginxOrigin.LargeBytes}", result.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Get_ThroughTheProxy_TellsNginxAboutTheClient()
    {
        ToolResult result = await CurlAsync("-H", "X-Forwarded-For: 6.6.6.6", "-H", "Host: shop.test", Url("/echo-fields"));

        Assert.Equal("shop.test|127.0.0.1|127.0.0.1|HTTP/1.1\n", result.Output);
    }

    [Fact]
    public async Task Get_AMissingFile_IsNginxsOwn404()
    {
        ToolResult result = await CurlAsync("-w", "%{http_code}", Url("/missing"));

        Assert.Contains("nginx", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("404", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrk_For2Seconds_SeesNoErrors()
    {
        // A response that takes longer than 2 s is an error by default, and so is any at a machine that stands still for as long.
        ToolResult result = await Tool.RunAsync("wrk", "-t1", "-c32", "-d2s", "--timeout", "20s", Url("/hello"));

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.DoesNotContain("Socket errors", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", result.Output, StringComparison.Ordinal);
        Assert.Contains("requests in", result.Output, StringComparison.Ordinal);
    }

    private static async Task<string> DigestAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }

    private static async Task<ToolResult> CurlAsync(params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync("curl", ["-sS", "--max-time", "100", .. arguments]);
        Assert.True(result.ExitCode == 0, $"curl ended with {result.ExitCode}: {result.Error}");
        return result;
    }

    private string Url(string path) => $"http://127.0.0.1:{_proxy.Port}{path}";
}
