using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Mirroring;

/// <summary>Whatever the shadow does or fails to do, the request it got a copy of knows nothing of it, and nothing of the copy stays behind.</summary>
public sealed class HostileShadowTests
{
    private const int TenMegabytes = 10 << 20;

    [Fact]
    public async Task Shadow_ThatNeverAnswers_CostsItsTimeAndNothingElse()
    {
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { TimeoutMs = 1_500 });
        await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();

        await stage.ExpectCountsAsync(failed: 1);
        await shadow.ExpectGoneAsync();
    }

    [Fact]
    public async Task Shadow_ThatNeverReads_HoldsUpNoUpload()
    {
        await using RecordingUpstream primary = RecordingUpstream.Start("primary");
        await using MirrorStage stage = MirrorStage.Begin(primary: primary.Plan);
        stage.Shadow.ReceiveBufferBytes = 4096;
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + $"Content-Length: {TenMegabytes}\r\n\r\n");
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();

        await client.SendAsync(new byte[TenMegabytes]);
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);

        await stage.ExpectCountsAsync(dropped: 1);
        Assert.Equal(TenMegabytes, primary.Requests[0].Content.Length);
        Assert.True((await shadow.ReadToEndAsync()).Length < TenMegabytes);
    }

    [Fact]
    public async Task Shadow_ThatNeverReads_HoldsUpNoChunkedUploadOfTinyParts()
    {
        await using RecordingUpstream primary = RecordingUpstream.Start("primary");
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { LagBytesMax = 64 * 1024 }, primary: primary.Plan);
        stage.Shadow.ReceiveBufferBytes = 4096;
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + "Transfer-Encoding: chunked\r\n\r\n");
        string chunks = string.Concat(Enumerable.Repeat("1\r\nx\r\n", 10_000));
        for (int i = 0; i < 400; i++)
        {
            await client.SendAsync(chunks);
        }

        await client.SendAsync("0\r\n\r\n");
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
        Assert.Equal(4_000_000, primary.Requests[0].Content.Length);
        await stage.ExpectCountsAsync(dropped: 1);
    }

    [Fact]
    public async Task Shadow_ThatCantBeConnectedTo_HoldsUpNobody()
    {
        using UnreachableServer unreachable = await UnreachableServer.StartAsync();
        await using MirrorStage stage = MirrorStage.Begin(limits: new ProxyLimits { ConnectTimeoutMs = 5_000 }, shadow: unreachable.Plan);
        await stage.AskAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");

        // It was answered while the shadow was still connected to.
        Assert.Equal(default, stage.Counts);

        await stage.ExpectCountsAsync(failed: 1);
    }

    [Fact]
    public async Task Shadow_ThatRefuses_Fails()
    {
        using var dead = new DeadServer();
        await using MirrorStage stage = MirrorStage.Begin(shadow: dead.Plan);

        await stage.AskAsync();
        await stage.ExpectCountsAsync(failed: 1);
    }

    [Theory]
    [InlineData(Story.Get)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello")]
    public async Task Shadow_ThatResets_Fails(string request)
    {
        await using MirrorStage stage = MirrorStage.Begin();
        await stage.AskAsync(request);
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();
        shadow.Reset();

        await stage.ExpectCountsAsync(failed: 1);
    }

    [Fact]
    public async Task Shadow_ThatResetsDuringAnUpload_LetsItGoOn()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + "Content-Length: 100000\r\n\r\n" + new string('x', 50_000));
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        HttpRequest head = await primary.ReadHeadAsync();
        await shadow.ReadHeadAsync();
        shadow.Reset();
        await stage.ExpectCountsAsync(failed: 1);

        await client.SendAsync(new string('y', 50_000));
        Assert.Equal(100_000, (await primary.ContentOf(head).ReadRestAsync()).Length);
        await primary.RespondAsync("primary");
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")]
    public async Task Shadow_ThatAnswersNonsense_Fails(string answer)
    {
        await using MirrorStage stage = MirrorStage.Begin();
        await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();
        await shadow.SendAsync(answer);

        await stage.ExpectCountsAsync(failed: 1);
        await shadow.ExpectGoneAsync();
    }

    [Theory]
    [InlineData("Content-Length: 1073741824")]
    [InlineData("Connection: close")]
    public async Task Shadow_ThatAnswersAGigabyte_IsNotReadToItsEnd(string framing)
    {
        await using MirrorStage stage = MirrorStage.Begin();
        await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();
        await shadow.SendAsync($"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n");
        byte[] block = new byte[1 << 20];
        int blocks = 0;
        while (blocks < 1024 && await shadow.TrySendAsync(block))
        {
            blocks++;
        }

        // What the kernel takes in comes on top of what is read.
        Assert.InRange(blocks, 0, 64);
        await stage.ExpectCountsAsync(sent: 1);
    }

    [Fact]
    public async Task Shadow_ThatTricklesItsAnswer_IsGivenItsTime()
    {
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { TimeoutMs = 3_000 });
        await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();
        await shadow.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        int taken = await shadow.SendSlowlyAsync(new byte[1000], 1, TimeSpan.FromMilliseconds(20));

        Assert.True(taken < 1000);
        await stage.ExpectCountsAsync(failed: 1);
    }

    [Fact]
    public async Task Shadow_ThatClosesBetweenRequests_GetsTheNextOverAFreshConnection()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary) = await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ServeAsync();
        await stage.ExpectCountsAsync(sent: 1);

        // It takes the next request and closes at once, as a server whose keep-alive time has run out.
        await client.SendAsync(Story.Get);
        await shadow.ReadHeadAsync();
        shadow.Close();
        await primary.ServeAsync("again");
        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
        await (await stage.Shadow.AcceptAsync()).ServeAsync();
        await stage.ExpectCountsAsync(sent: 2);
    }

    [Fact]
    public async Task Copies_MoreThanAllowed_AreDropped()
    {
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { ConcurrencyMax = 1 });
        (ScriptedClient client, ScriptedServerConnection primary) = await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();

        await client.SendAsync(Story.Get);
        await primary.ServeAsync("second");
        Assert.Equal("second", (await client.ReadResponseAsync()).Text);
        await stage.ExpectCountsAsync(dropped: 1);

        await shadow.RespondAsync();
        await stage.ExpectCountsAsync(sent: 1, dropped: 1);
        await client.SendAsync(Story.Get);
        await primary.ServeAsync();
        await shadow.ServeAsync();
        await stage.ExpectCountsAsync(sent: 2, dropped: 1);
    }

    [Theory]
    [InlineData("Content-Length: 101\r\n\r\n", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n65\r\n", true)]
    public async Task Content_LargerThanAllowed_IsNotCopied(string framing, bool isChunked)
    {
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { BodyBytesMax = 100 });

        await stage.AskAsync(Story.Post + framing + new string('x', 101) + (isChunked ? "\r\n0\r\n\r\n" : ""));

        await stage.ExpectCountsAsync(dropped: 1);
    }

    [Fact]
    public async Task Content_OfTheSizeAllowed_IsCopied()
    {
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { BodyBytesMax = 100 });

        await stage.AskAsync(Story.Post + "Content-Length: 100\r\n\r\n" + new string('x', 100));

        Assert.Equal(100, (await (await stage.Shadow.AcceptAsync()).ServeAsync()).Content.Length);
        await stage.ExpectCountsAsync(sent: 1);
    }
}
