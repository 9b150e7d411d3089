using Sluice.Proxy.Plans;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Retries;

/// <summary>Requests with content are sent again byte by byte, or not at all.</summary>
public sealed class BodyReplayTests
{
    private const int KiB = 1024;

    private static readonly RetryPlan Retries = RetryStage.On(RetryConditions.Reset, new StatusSpan(503, 503));

    [Theory]
    [InlineData(3 * KiB, 64, 0)]
    [InlineData(40 * KiB, 64, 0)]
    [InlineData(64 * KiB, 64, 0)]
    [InlineData(300 * KiB, 64, 1024)]
    [InlineData(300 * KiB, 0, 300)]
    public async Task Content_AfterAStatus_IsSentAgain(int bytes, int memoryKiB, int diskKiB)
    {
        using var folder = new ScratchFolder();
        var replay = new ReplayPlan { MemoryBytesMax = memoryKiB * KiB, DiskBytesMax = diskKiB * KiB, Folder = folder.Path };
        await using RetryStage stage = RetryStage.Begin(Retries with { Replay = replay });
        byte[] content = Random(bytes);
        (ScriptedClient client, ScriptedServerConnection one) = await UploadAsync(stage, content);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(diskKiB > 0, HasOpenFileIn(folder.Path));
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        HttpRequest again = await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        Assert.True(content.AsSpan().SequenceEqual(again.Content));
        Assert.Equal(bytes.ToString(), again["Content-Length"]);
    }

    [Fact]
    public async Task ChunkedContentWithTrailers_IsSentAgain()
    {
        await using RetryStage stage = RetryStage.Begin(Retries);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        HttpRequest head = await one.ReadHeadAsync();
        await client.SendAsync("5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n");
        await one.ContentOf(head).ReadRestAsync();
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        HttpRequest again = await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        Assert.Equal(("hello world", "1"), (Bytes.Text(again.Content), again.Trailers.Single().Value));
    }

    [Fact]
    public async Task Content_OfWhichAPartWasSent_IsSentAgainWithTheRest()
    {
        await using RetryStage stage = RetryStage.Begin(Retries);
        byte[] content = Random(60 * KiB);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync($"PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: {content.Length}\r\n\r\n");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        HttpRequest head = await one.ReadHeadAsync();
        await client.SendAsync(content.AsMemory(0, 30 * KiB));
        await one.ReadExactlyAsync(30 * KiB);
        one.Reset();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        HttpRequest again = await two.ReadHeadAsync();
        Assert.Equal(content[..(30 * KiB)], await two.ReadExactlyAsync(30 * KiB));
        await client.SendAsync(content.AsMemory(30 * KiB));
        Assert.Equal(content[(30 * KiB)..], await two.ReadExactlyAsync(30 * KiB));
        await two.RespondAsync("fine");

        Assert.Equal((head.StartLine, "fine"), (again.StartLine, (await client.ReadResponseAsync()).Text));
    }

    [Theory]
    [InlineData(64, 0, false)]
    [InlineData(64, 200, false)]
    [InlineData(0, 0, false)]
    [InlineData(64, 1024, true)]
    public async Task Content_ThatIsNotKept_IsNotSentAgain(int memoryKiB, int diskKiB, bool hasNoFolder)
    {
        using var folder = new ScratchFolder();
        var replay = new ReplayPlan { MemoryBytesMax = memoryKiB * KiB, DiskBytesMax = diskKiB * KiB, Folder = hasNoFolder ? folder.At("missing") : folder.Path };
        await using RetryStage stage = RetryStage.Begin(Retries with { Replay = replay });
        byte[] content = Random(300 * KiB);

        // Nothing else is wrong with the request.
        (ScriptedClient client, ScriptedServerConnection one) = await UploadAsync(stage, content);
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy");

        Assert.Equal((503, "busy"), await client.ReadResponseAsync() is { } response ? (response.Status, response.Text) : default);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task ChunkedContent_BeyondTheBound_IsNotSentAgain()
    {
        using var folder = new ScratchFolder();
        await using RetryStage stage = RetryStage.Begin(Retries with { Replay = new ReplayPlan { MemoryBytesMax = 8 * KiB, DiskBytesMax = 8 * KiB, Folder = folder.Path } });
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        HttpRequest head = await one.ReadHeadAsync();
        ContentReader content = one.ContentOf(head);
        for (int i = 0; i < 5; i++)
        {
            string part = new((char)('a' + i), 4 * KiB);
            await client.SendAsync($"1000\r\n{part}\r\n");
            await content.ExpectAsync(part);
        }

        await client.SendAsync("0\r\n\r\n");
        await content.ReadRestAsync();
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
        await ExpectNoOpenFileInAsync(folder.Path);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    private static async Task<(ScriptedClient Client, ScriptedServerConnection One)> UploadAsync(RetryStage stage, byte[] content)
    {
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync($"PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: {content.Length}\r\n\r\n");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        HttpRequest head = await one.ReadHeadAsync();
        Task sending = client.SendAsync(content);
        byte[] received = await one.ContentOf(head).ReadRestAsync();
        await sending;
        Assert.True(content.AsSpan().SequenceEqual(received));
        return (client, one);
    }

    // It is closed on a thread of its own.
    private static async Task ExpectNoOpenFileInAsync(string folder)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (HasOpenFileIn(folder))
        {
            await ticks.WaitForNextTickAsync(deadline.Token);
        }
    }

    // The file has no name; what is left of it is a descriptor of this process.
    private static bool HasOpenFileIn(string folder) => Directory.GetFiles("/proc/self/fd").Any(link =>
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName.StartsWith(folder, StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            // Another test closed it meanwhile.
            return false;
        }
    });

    private static byte[] Random(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
