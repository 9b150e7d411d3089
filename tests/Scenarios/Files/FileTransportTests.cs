using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Files;

/// <summary>Files over each of the ways that there are to a client.</summary>
public sealed class FileTransportTests : IAsyncDisposable
{
    private readonly FileStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(40_000)]
    [InlineData(1_000_000)]
    public async Task File_OverHttp2_ComesWhole(int length)
    {
        byte[] content = FileStage.Pattern(length);
        _stage.Write("a.bin", content);
        _stage.Setup = _stage.Setup with { Http2 = Http2Mode.PriorKnowledge };
        Http2Peer client = await _stage.Proxy.ConnectHttp2Async(new Http2PeerOptions());

        HttpResponse response = await client.GetAsync("/a.bin");
        HttpResponse part = await client.GetAsync("/a.bin", fields: ("range", "bytes=0-9"));
        HttpResponse head = await client.GetAsync("/a.bin", "HEAD");
        HttpResponse same = await client.GetAsync("/a.bin", fields: ("if-none-match", response["etag"]!));

        Assert.Equal(content, response.Content);
        Assert.Equal(length == 0 ? 416 : 206, part.Status);
        Assert.Equal((200, 0, 304), (head.Status, head.Content.Length, same.Status));
    }

    [Theory]
    [InlineData("--http1.1", 500)]
    [InlineData("--http1.1", 5_000_000)]
    [InlineData("--http2", 500)]
    [InlineData("--http2", 5_000_000)]
    public async Task File_OverTls_ComesWhole(string version, int length)
    {
        using var authority = new TestAuthority();
        byte[] content = FileStage.Pattern(length);
        string original = _stage.Write("a.bin", content);
        string target = _stage.Outside("received");
        _stage.Setup = _stage.Setup with { Tls = new TlsPlan { Certificates = [authority.Issue("a.test").Plan] } };
        string url = $"https://a.test:{_stage.Proxy.Port}/a.bin";

        ToolResult result = await Tool.RunAsync(
            "curl", "-sSk", version, "--resolve", $"a.test:{_stage.Proxy.Port}:127.0.0.1", "-w", "%{http_code} ", "-o", target, url, "-o", target + "2", url);

        Assert.Equal("200 200 ", result.Output);
        Assert.Equal(await File.ReadAllBytesAsync(original), await File.ReadAllBytesAsync(target));
        Assert.Equal(content, await File.ReadAllBytesAsync(target + "2"));
    }

    // The rest of a download that broke off, as people do it.
    [Fact]
    public async Task Curl_ContinuesADownload()
    {
        byte[] content = FileStage.Pattern(700_000);
        _stage.Write("a.bin", content);
        string target = _stage.Outside("received");
        await File.WriteAllBytesAsync(target, content[..123_456]);

        ToolResult result = await Tool.RunAsync("curl", "-sS", "-C", "-", "-w", "%{http_code} %{size_download}", "-o", target, $"http://127.0.0.1:{_stage.Proxy.Port}/a.bin");

        Assert.Equal("206 576544", result.Output);
        Assert.Equal(content, await File.ReadAllBytesAsync(target));
    }

    [Fact]
    public async Task Curl_GetsSeveralParts_AndOnlyWhatIsNewer()
    {
        _stage.Write("a.txt", "abcdefghij");
        string url = $"http://127.0.0.1:{_stage.Proxy.Port}/a.txt";

        ToolResult parts = await Tool.RunAsync("curl", "-sS", "-r", "0-1,5-6", url);
        ToolResult newer = await Tool.RunAsync("curl", "-sS", "-z", "3 Jan 2020", "-w", "%{http_code}", url);

        Assert.Contains("Content-Range: bytes 5-6/10\r\n\r\nfg\r\n", parts.Output, StringComparison.Ordinal);
        Assert.Equal("304", newer.Output);
    }

    // What is not in memory is brought there by another thread.
    [Theory]
    [InlineData(10_000)]
    [InlineData(2_000_000)]
    public async Task FileThatIsNotInMemory_ComesWhole(int length)
    {
        byte[] content = FileStage.Pattern(length);
        string path = _stage.Write("a.bin", content);
        (await ToolRun.RunAsync("dd", $"of={path}", "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none")).Succeed();

        Assert.Equal(content, (await _stage.GetAsync("/a.bin")).Content);
    }

    [Fact]
    public async Task SlowReader_GetsAll_WhileOthersAreServed()
    {
        byte[] content = FileStage.Pattern(4 * 1024 * 1024);
        _stage.Write("a.bin", content);
        _stage.Write("b.txt", "b");
        ScriptedClient slow = await _stage.Proxy.ConnectAsync("slow", receiveBufferBytes: 4096);
        await slow.SendAsync(FileStage.Request("GET", "/a.bin"));
        await slow.ReadHeadAsync();

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("b", (await _stage.GetAsync("/b.txt")).Text);
        }

        Assert.Equal(content, await slow.ReadExactlyAsync(content.Length));
    }

    [Fact]
    public async Task ClientThatLeaves_LeavesNothingBehind()
    {
        _stage.Write("a.bin", new byte[8 * 1024 * 1024]);
        for (int i = 0; i < 5; i++)
        {
            ScriptedClient client = await _stage.Proxy.ConnectAsync(receiveBufferBytes: 4096);
            await client.SendAsync(FileStage.Request("GET", "/a.bin"));
            await client.ReadHeadAsync();
            client.Reset();
        }

        await _stage.Proxy.ExpectConnectionsAsync(0);
        Assert.All(await _stage.Proxy.AccessLog.WaitForAsync(_ => true), line => Assert.Equal("client_reset", line.Error));
    }

    [Fact]
    public async Task Http10_IsServed_AndClosed()
    {
        _stage.Write("a.bin", FileStage.Pattern(50_000));
        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        await client.SendAsync("GET /a.bin HTTP/1.0\r\n\r\n");

        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("50000", "close", 50_000), (response["Content-Length"], response["Connection"], response.Content.Length));
        await client.ExpectClosedAsync();
    }
}
