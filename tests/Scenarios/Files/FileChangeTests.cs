using System.Diagnostics;
using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Files;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Files;

/// <summary>Files that are changed while they are served, and links and things that are no files.</summary>
public sealed class FileChangeTests : IAsyncDisposable
{
    // What is open is looked at again after a second. On a busy machine that may take some more.
    private static readonly TimeSpan NoticeMax = Patience.PerStep;

    private readonly FileStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData("rewritten")]
    [InlineData("replaced")]
    [InlineData("removed")]
    [InlineData("folder")]
    public async Task Change_IsNoticed(string change)
    {
        string path = _stage.Write("a.txt", "old");
        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("old", (await client.ExchangeAsync(FileStage.Request("GET", "/a.txt"))).Text);
        }

        await ChangeAsync(path, change);

        await WaitForAsync(client, "/a.txt", response => change is "removed" or "folder" ? response.Status == 404 : response.Text == "new");
    }

    [Theory]
    [InlineData("/a.txt")]
    [InlineData("/folder/")]
    public async Task FileThatComesLater_IsNoticed(string path)
    {
        _stage.Write("else.txt", "else");
        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(404, (await client.ExchangeAsync(FileStage.Request("GET", path))).Status);
        }

        _stage.Write("a.txt", "here");
        _stage.Write("folder/index.html", "here");

        await WaitForAsync(client, path, response => response.Text == "here");
    }

    [Fact]
    public async Task FolderThatComesLater_IsListed()
    {
        _stage.Plan = plan => plan with { Listing = true };
        _stage.Write("else.txt", "else");
        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(404, (await client.ExchangeAsync(FileStage.Request("GET", "/folder/"))).Status);
        }

        _stage.Write("folder/a.txt", "here");

        await WaitForAsync(client, "/folder/", response => response.Text.Contains("a.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SideFileThatComesLater_IsNoticed()
    {
        _stage.Plan = plan => plan with { Precompressed = [SideFile.All[2]] };
        _stage.Write("a.txt", "plain");
        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        Assert.Equal("plain", (await client.ExchangeAsync(FileStage.Request("GET", "/a.txt", "Accept-Encoding: gzip"))).Text);

        _stage.Write("a.txt.gz", "gzip");

        await WaitForAsync(client, "/a.txt", response => response.Text == "gzip", "Accept-Encoding: gzip");
    }

    [Fact]
    public async Task LinkToTheCurrentRelease_CanBeSwitched()
    {
        string current = _stage.Outside("current");
        foreach (string release in (string[])["one", "two"])
        {
            Directory.CreateDirectory(_stage.Outside(release));
            await File.WriteAllTextAsync(Path.Combine(_stage.Outside(release), "a.txt"), release);
        }

        Directory.CreateSymbolicLink(current, _stage.Outside("one"));
        _stage.Plan = plan => plan with { Root = current };
        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        Assert.Equal("one", (await client.ExchangeAsync(FileStage.Request("GET", "/a.txt"))).Text);

        Directory.CreateSymbolicLink(current + ".new", _stage.Outside("two"));
        (await ToolRun.RunAsync("mv", "-T", current + ".new", current)).Succeed();

        await WaitForAsync(client, "/a.txt", response => response.Text == "two");
    }

    // F-05: the length was said, so its missing end is seen.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FileThatShrinksWhileItIsSent_DoesNotLookWhole(bool isMultipart)
    {
        const int length = 16 * 1024 * 1024;
        string path = _stage.Write("a.bin", new byte[length]);
        ScriptedClient client = await _stage.Proxy.ConnectAsync(receiveBufferBytes: 4096);
        await client.SendAsync(FileStage.Request("GET", "/a.bin", isMultipart ? ["Range: bytes=0-5,10-"] : []));
        HttpResponse head = await client.ReadHeadAsync();
        await using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(1000);
        }

        byte[] rest = await client.ReadToEndAsync();

        Assert.True(rest.Length < long.Parse(head["Content-Length"]!), $"{rest.Length} of {head["Content-Length"]}");
        AccessLogEntry line = (await _stage.Proxy.AccessLog.WaitForAsync(_ => true))[0];
        Assert.Equal("file_read_failed", line.Error);
    }

    [Fact]
    public async Task FileThatGrowsWhileItIsSent_EndsWhereItSaid()
    {
        const int length = 8 * 1024 * 1024;
        string path = _stage.Write("a.bin", new byte[length]);
        ScriptedClient client = await _stage.Proxy.ConnectAsync(receiveBufferBytes: 4096);
        await client.SendAsync(FileStage.Request("GET", "/a.bin") + FileStage.Request("HEAD", "/missing"));
        HttpResponse head = await client.ReadHeadAsync();
        await using (FileStream file = new(path, FileMode.Append))
        {
            await file.WriteAsync(new byte[1000]);
        }

        Assert.Equal(length, (await client.ReadExactlyAsync(length)).Length);
        Assert.Equal((200, 404), (head.Status, (await client.ReadHeadAsync("HEAD")).Status));
    }

    [Theory]
    [InlineData(LinkPolicy.Inside, "inside", 200)]
    [InlineData(LinkPolicy.Inside, "up", 200)]
    [InlineData(LinkPolicy.Inside, "outside", 404)]
    [InlineData(LinkPolicy.Inside, "absolute", 404)]
    [InlineData(LinkPolicy.Inside, "loop", 404)]
    [InlineData(LinkPolicy.Inside, "folder/secret.txt", 404)]
    [InlineData(LinkPolicy.None, "inside", 404)]
    [InlineData(LinkPolicy.None, "outside", 404)]
    [InlineData(LinkPolicy.Any, "outside", 200)]
    [InlineData(LinkPolicy.Any, "folder/secret.txt", 200)]
    public async Task Links_AreFollowedAsFarAsTheRouteSays(LinkPolicy links, string name, int status)
    {
        _stage.Plan = plan => plan with { Links = links };
        _stage.Write("a.txt", "x");
        _stage.Write("sub/b.txt", "x");
        await File.WriteAllTextAsync(_stage.Outside("secret.txt"), "secret");
        File.CreateSymbolicLink(_stage.At("inside"), "a.txt");
        File.CreateSymbolicLink(_stage.At("up"), "sub/../a.txt");
        File.CreateSymbolicLink(_stage.At("outside"), "../secret.txt");
        File.CreateSymbolicLink(_stage.At("absolute"), _stage.Outside("secret.txt"));
        File.CreateSymbolicLink(_stage.At("loop"), "loop");
        Directory.CreateSymbolicLink(_stage.At("folder"), "..");

        Assert.Equal(status, (await _stage.GetAsync("/" + name)).Status);
    }

    // F-04: nobody writes to the pipe, and the loop doesn't wait for it.
    [Theory]
    [InlineData("fifo")]
    [InlineData("socket")]
    public async Task WhatIsNoFile_IsNotFound(string kind)
    {
        _stage.Write("a.txt", "x");
        if (kind == "fifo")
        {
            await ToolRun.RunAsync("mkfifo", _stage.At(kind));
        }
        else
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_stage.At(kind)));
            Assert.Equal(404, (await _stage.GetAsync("/" + kind)).Status);
        }

        Assert.Equal(404, (await _stage.GetAsync("/" + kind)).Status);
        Assert.Equal(200, (await _stage.GetAsync("/a.txt")).Status);
    }

    [Fact]
    public async Task ManyFiles_StayOpenUpToABound()
    {
        const int openMax = 1000;
        for (int i = 0; i < openMax + 200; i++)
        {
            _stage.Write(string.Create(CultureInfo.InvariantCulture, $"{i}"), "x");
        }

        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        for (int i = 0; i < openMax + 200; i++)
        {
            Assert.Equal("x", (await client.ExchangeAsync(FileStage.Request("GET", string.Create(CultureInfo.InvariantCulture, $"/{i}")))).Text);
        }

        int open = new DirectoryInfo("/proc/self/fd").GetFiles().Count(file => file.LinkTarget?.StartsWith(_stage.Root + "/", StringComparison.Ordinal) == true);
        Assert.InRange(open, 1, openMax);
    }

    [Fact]
    public async Task FolderThatIsGone_IsNotFound_UntilItIsBack()
    {
        _stage.Write("a.txt", "x");
        ScriptedClient client = await _stage.Proxy.ConnectAsync();
        Directory.Move(_stage.Root, _stage.Outside("moved"));
        await WaitForAsync(client, "/a.txt", response => response.Status == 404);

        Directory.Move(_stage.Outside("moved"), _stage.Root);

        await WaitForAsync(client, "/a.txt", response => response.Status == 200);
    }

    private static async Task ChangeAsync(string path, string change)
    {
        switch (change)
        {
            case "rewritten":
                await File.WriteAllTextAsync(path, "new");
                break;
            case "replaced":
                await File.WriteAllTextAsync(path + ".new", "new");
                File.Move(path + ".new", path, overwrite: true);
                break;
            default:
                File.Delete(path);
                _ = change == "folder" ? Directory.CreateDirectory(path) : null;
                break;
        }
    }

    private static async Task WaitForAsync(ScriptedClient client, string target, Func<HttpResponse, bool> isThere, params string[] fields)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            HttpResponse response = await client.ExchangeAsync(FileStage.Request("GET", target, fields));
            if (isThere(response))
            {
                return;
            }

            Assert.True(clock.Elapsed < NoticeMax, $"still {response.Status} {response.Text}");
            await Task.Delay(50);
        }
    }
}
