using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.RealPeers;

/// <summary>HTTP/2 as users and auditors speak it: curl, nghttp and h2load in front, nginx behind in HTTP/1.1.</summary>
public sealed partial class Http2ToolsTests(NginxOrigin nginx) : IClassFixture<NginxOrigin>, IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Curl_OverTls_AgreesOnHttp2()
    {
        await using PeerStage stage = Start(Dialect.Http2OverTls);

        ToolResult result = await CurlAsync(stage, "--http2", "-w", "%{http_version} %{http_code} %{num_connects} ", Url(stage, "/hello"), Url(stage, "/hello"));

        Assert.Equal("hello from nginx\n2 200 1 hello from nginx\n2 200 0 ", result.Output);
        Assert.Equal("HTTP/2", (await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/hello"))[0].Text("protocol"));
    }

    [Fact]
    public async Task Curl_InClearText_NeedNotAsk()
    {
        await using PeerStage stage = Start(Dialect.Http2);

        ToolResult result = await CurlAsync(stage, "--http2-prior-knowledge", "-w", "%{http_version} %{http_code}", Url(stage, "/hello"));

        Assert.Equal("hello from nginx\n2 200", result.Output);
    }

    [Theory]
    [InlineData(Dialect.Http1)]
    [InlineData(Dialect.Http2)]
    public async Task Curl_ThatAsksByUpgrade_IsAnsweredInHttp1(Dialect dialect)
    {
        // RFC 9113, section 3.1: the upgrade of RFC 7540 is gone.
        await using PeerStage stage = Start(dialect);

        ToolResult result = await CurlAsync(stage, "--http2", "-w", "%{http_version} %{http_code}", Url(stage, "/hello"));

        Assert.Equal("hello from nginx\n1.1 200", result.Output);
    }

    [Fact]
    public async Task Curl_OfAListenerWithoutHttp2_SpeaksHttp1()
    {
        await using PeerStage stage = Start(Dialect.Http1OverTls);

        ToolResult result = await CurlAsync(stage, "--http2", "-w", "%{http_version} %{http_code}", Url(stage, "/hello"));

        Assert.Equal("hello from nginx\n1.1 200", result.Output);
    }

    [Theory]
    [InlineData(Dialect.Http2, "--http2-prior-knowledge")]
    [InlineData(Dialect.Http2OverTls, "--http2")]
    public async Task Curl_MovesAFileOf8MBBothWays(Dialect dialect, string option)
    {
        await using PeerStage stage = Start(dialect);
        string target = Path.Combine(nginx.Scratch, $"over-{dialect}.bin");

        await CurlAsync(stage, option, "-o", target, Url(stage, "/large.bin"));
        ToolResult counted = await CurlAsync(stage, option, "-T", target, "-w", "%{http_code}", Url(stage, "/uploads/h2-counted.bin"));
        ToolResult streamed = await CurlAsync(stage, option, "-T", target, "-H", "Content-Length:", "-w", "%{http_code}", Url(stage, "/uploads/h2-streamed.bin"));

        Assert.Matches("^20[14]20[14]$", counted.Output[^3..] + streamed.Output[^3..]);
        string digest = await DigestAsync(nginx.LargeFile);
        Assert.Equal(digest, await DigestAsync(target));
        Assert.Equal(digest, await DigestAsync(Path.Combine(nginx.Scratch, "www", "uploads", "h2-counted.bin")));
        Assert.Equal(digest, await DigestAsync(Path.Combine(nginx.Scratch, "www", "uploads", "h2-streamed.bin")));
    }

    [Fact]
    public async Task Curl_WithManyTransfersAtOnce_UsesOneConnection()
    {
        await using PeerStage stage = Start(Dialect.Http2OverTls);
        string target = Path.Combine(nginx.Scratch, "parallel-#1.bin");

        ToolResult result = await CurlAsync(
            stage, "--http2", "--parallel", "--parallel-max", "20", "-w", "%{num_connects}\n", "-o", target, Url(stage, "/large.bin?[1-20]"));

        int connections = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(int.Parse);
        Assert.Equal(1, connections);
        string digest = await DigestAsync(nginx.LargeFile);
        for (int i = 1; i <= 20; i++)
        {
            Assert.Equal(digest, await DigestAsync(target.Replace("#1", $"{i}", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Head_OfAFile_HasItsLengthAndNoContent()
    {
        await using PeerStage stage = Start(Dialect.Http2OverTls);

        ToolResult result = await CurlAsync(stage, "--http2", "-I", Url(stage, "/large.bin"));

        Assert.StartsWith("HTTP/2 200", result.Output, StringComparison.Ordinal);
        Assert.Contains($"content-length: {NginxOrigin.LargeBytes}\r\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("connection:", result.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Get_ThroughTheProxy_TellsNginxAboutTheClient()
    {
        await using PeerStage stage = Start(Dialect.Http2);

        ToolResult result = await CurlAsync(stage, "--http2-prior-knowledge", "-H", "X-Forwarded-For: 6.6.6.6", "-H", "Host: shop.test", Url(stage, "/echo-fields"));

        Assert.Equal("shop.test|127.0.0.1|127.0.0.1|HTTP/1.1\n", result.Output);
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Nghttp_With50Requests_GetsAllOverOneConnection(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        ToolResult result = await NghttpAsync("--null-out", "--multiply=50", "--verbose", Url(stage, "/hello"));

        Assert.Equal(50, Statuses(result).Count(status => status == "200"));
        Assert.Contains("SETTINGS_ENABLE_CONNECT_PROTOCOL(0x08):1", result.Output, StringComparison.Ordinal);
        Assert.Contains("SETTINGS_MAX_CONCURRENT_STREAMS(0x03):100", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("recv RST_STREAM", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--padding=200")]
    [InlineData("--continuation")]
    [InlineData("--no-dep")]
    [InlineData("--window-bits=10")]
    [InlineData("--header-table-size=0")]
    [InlineData("--max-concurrent-streams=1")]
    public async Task Nghttp_WithUnusualFrames_IsAnswered(string option)
    {
        await using PeerStage stage = Start(Dialect.Http2OverTls);

        ToolResult result = await NghttpAsync("--null-out", option, "--multiply=4", "--verbose", Url(stage, "/large.bin"));

        Assert.Equal(["200", "200", "200", "200"], Statuses(result));
        Assert.DoesNotContain("recv RST_STREAM", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nghttp_WithContentThatHasToBeAskedFor_IsAskedAndAnswered()
    {
        await using PeerStage stage = Start(Dialect.Http2OverTls);

        ToolResult result = await NghttpAsync("--expect-continue", "--data", nginx.LargeFile, "--trailer", "x-checksum: 1", "--verbose", "--null-out", Url(stage, "/post"));

        Assert.Equal(["100", "200"], Statuses(result));
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task H2Load_With10000Requests_SeesNoneFail(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        ToolResult result = await Tool.RunAsync("h2load", "-n", "10000", "-c", "10", "-m", "20", Url(stage, "/hello"));

        Assert.Contains("requests: 10000 total, 10000 started, 10000 done, 10000 succeeded, 0 failed, 0 errored, 0 timeout", result.Output, StringComparison.Ordinal);
        Assert.Contains("status codes: 10000 2xx, 0 3xx, 0 4xx, 0 5xx", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task H2Load_WithMoreThanAConnectionMayHave_GetsAnswersToAllThatWereTaken()
    {
        // A connection ends in order after as many requests as its limit says; h2load doesn't open another, and counts the rest as failed.
        await using PeerStage stage = Start(
            Dialect.Http2OverTls, setup => setup with { Limits = setup.Limits with { RequestsPerConnectionMax = 500 } });

        ToolResult result = await Tool.RunAsync("h2load", "-n", "2000", "-c", "1", "-m", "20", Url(stage, "/hello"));

        int succeeded = int.Parse(Succeeded().Match(result.Output).Groups[1].ValueSpan, null);
        Assert.InRange(succeeded, 500, 2000);
        Assert.Contains($"status codes: {succeeded} 2xx, 0 3xx, 0 4xx, 0 5xx", result.Output, StringComparison.Ordinal);
        Assert.Equal(succeeded, (await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Error is null && entry.Status == 200, succeeded)).Count);
    }

    private static IEnumerable<string> Statuses(ToolResult result) => ReceivedStatus().Matches(result.Output).Select(match => match.Groups[1].Value);

    private static string Url(PeerStage stage, string path) => stage.Url(path).AbsoluteUri;

    private static async Task<string> DigestAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }

    private static async Task<ToolResult> CurlAsync(PeerStage stage, params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync("curl", ["-sS", "--max-time", "100", "--cacert", stage.AuthorityFile, .. arguments]);
        Assert.True(result.ExitCode == 0, $"curl ended with {result.ExitCode}: {result.Error}");
        return result;
    }

    private static async Task<ToolResult> NghttpAsync(params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync("nghttp", ["--timeout=60", "--no-verify-peer", .. arguments]);
        Assert.True(result.ExitCode == 0, $"nghttp ended with {result.ExitCode}: {result.Error}{result.Output}");
        return result;
    }

    [GeneratedRegex(@"recv \(stream_id=\d+[^)]*\) :status: (\d+)")]
    private static partial Regex ReceivedStatus();

    [GeneratedRegex(@"(\d+) succeeded")]
    private static partial Regex Succeeded();

    private PeerStage Start(Dialect client, Func<ProxySetup, ProxySetup>? change = null) =>
        PeerStage.Start(_authority, client, Dialect.Http1, change ?? (setup => setup), nginx.Plan);
}
