using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.RealPeers;

/// <summary>curl, which decodes for itself, asks nginx for a page through a proxy that compresses.</summary>
public sealed class CompressionTests(NginxOrigin nginx) : IClassFixture<NginxOrigin>, IAsyncLifetime
{
    private static readonly string Page = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"<p>paragraph number {i * 31 % 997}</p>\n"));
    private ProxyFixture _proxy = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(nginx.Scratch, "www", "page.html"), Page);
        var setup = new ProxySetup { Route = route => route with { Compression = new CompressionPlan { Types = ["text/*", "application/octet-stream"] } } };
        _proxy = ProxyFixture.Start(setup, new Transcript(), nginx.Plan);
    }

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Page_IsDecodedByCurl(string encoding)
    {
        ToolResult result = await CurlAsync("--compressed", "-H", $"Accept-Encoding: {encoding}", "-w", "|%{size_download}|%header{content-encoding}", "/page.html");

        string[] parts = result.Output.Split('|');
        Assert.Equal((Page, encoding), (parts[0], parts[2]));
        Assert.InRange(int.Parse(parts[1]), 100, Page.Length / 4);
    }

    [Fact]
    public async Task File_Of8MB_ArrivesUnchanged()
    {
        string target = Path.Combine(nginx.Scratch, "decoded.bin");

        await CurlAsync("--compressed", "-H", "Accept-Encoding: gzip", "-o", target, "/large.bin");

        Assert.Equal(await File.ReadAllBytesAsync(nginx.LargeFile), await File.ReadAllBytesAsync(target));
    }

    [Fact]
    public async Task Tag_ThatWasWeakened_IsTakenByNginx()
    {
        ToolResult first = await CurlAsync("--compressed", "-o", "/dev/null", "-w", "%header{etag}", "/page.html");
        ToolResult second = await CurlAsync("--compressed", "-H", $"If-None-Match: {first.Output}", "-w", "%{http_code}|%header{etag}", "/page.html");

        Assert.StartsWith("W/\"", first.Output, StringComparison.Ordinal);
        Assert.Equal($"304|{first.Output}", second.Output);
    }

    [Fact]
    public async Task Range_OfThePage_IsItsOwn()
    {
        ToolResult result = await CurlAsync("--compressed", "-r", "10-29", "-w", "|%{http_code}|%header{content-encoding}", "/page.html");

        Assert.Equal($"{Page[10..30]}|206|", result.Output);
    }

    private async Task<ToolResult> CurlAsync(params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync("curl", ["-sS", "--max-time", "100", .. arguments[..^1], $"http://127.0.0.1:{_proxy.Port}{arguments[^1]}"]);
        Assert.True(result.ExitCode == 0, $"curl ended with {result.ExitCode}: {result.Error}");
        return result;
    }
}
