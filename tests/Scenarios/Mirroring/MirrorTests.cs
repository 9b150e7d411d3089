using Sluice.Proxy.Mirroring;
using Sluice.Scenarios.Health;

namespace Sluice.Scenarios.Mirroring;

/// <summary>Requests are copied to another upstream, whole and as they are; the client never learns of it.</summary>
public sealed class MirrorTests
{
    [Fact]
    public async Task Get_Mirrored_ReachesBothAlike()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync("GET /a%20b?c=d HTTP/1.1\r\nHost: A.test\r\nX-Own: 1\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n");
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();

        HttpRequest original = await primary.ServeAsync("primary");
        HttpRequest copy = await shadow.ServeAsync("shadow");

        Assert.Equal(original.ToString(), copy.ToString());
        Assert.Equal("127.0.0.1", copy["X-Forwarded-For"]);
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
        await stage.ExpectCountsAsync(sent: 1);
        Assert.Equal(1, stage.Requests);
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Identity_ThatTheClientMadeUp_ReachesNeither()
    {
        await using MirrorStage stage = MirrorStage.Begin();

        await stage.AskAsync("GET / HTTP/1.1\r\nHost: a.test\r\nClient-Cert: :Zm9v:\r\nClient-Cert-Chain: :Zm9v:\r\nX-Own: 1\r\n\r\n");

        HttpRequest copy = await (await stage.Shadow.AcceptAsync()).ServeAsync();
        Assert.Empty(copy.All("Client-Cert"));
        Assert.Empty(copy.All("Client-Cert-Chain"));
        Assert.Equal("1", copy["X-Own"]);
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\nhello world")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")]
    public async Task Post_Mirrored_HasTheContent(string rest)
    {
        await using MirrorStage stage = MirrorStage.Begin();

        await stage.AskAsync(Story.Post + rest);

        HttpRequest copy = await (await stage.Shadow.AcceptAsync()).ServeAsync();
        Assert.Equal("hello world", copy.Text);
        await stage.ExpectCountsAsync(sent: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_ThatComesInParts_IsMirroredPartByPart(bool isChunked)
    {
        await using MirrorStage stage = MirrorStage.Begin();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + (isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 30\r\n\r\n"));
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        HttpRequest head = await primary.ReadHeadAsync();
        ContentReader copy = shadow.ContentOf(await shadow.ReadHeadAsync());
        for (int i = 0; i < 3; i++)
        {
            string part = $"part {i}    ";
            await client.SendAsync(isChunked ? $"a\r\n{part}\r\n" : part);
            await copy.ExpectAsync(part);
        }

        await client.SendAsync(isChunked ? "0\r\nX-Trailer: 1\r\n\r\n" : "");
        await primary.ContentOf(head).ReadRestAsync();
        Assert.Empty(await copy.ReadRestAsync());
        Assert.Empty(copy.Trailers);

        await primary.RespondAsync("primary");
        await shadow.RespondAsync("shadow");
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
        await stage.ExpectCountsAsync(sent: 1);
    }

    [Fact]
    public async Task Post_OfTenMegabytes_IsMirroredByteByByte()
    {
        await using RecordingUpstream primary = RecordingUpstream.Start("primary");
        await using RecordingUpstream shadow = RecordingUpstream.Start("shadow");
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { LagBytesMax = 64 << 20 }, primary: primary.Plan, shadow: shadow.Plan);
        byte[] content = [.. Enumerable.Range(0, 10 << 20).Select(i => (byte)(i * 31 >> 7))];
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + $"Content-Length: {content.Length}\r\n\r\n");
        await client.SendAsync(content);

        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
        await stage.ExpectCountsAsync(sent: 1);
        Assert.Equal(content, shadow.Requests[0].Content);
        Assert.Equal(content, primary.Requests[0].Content);
    }

    [Fact]
    public async Task Head_Mirrored_ReachesBoth()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        await stage.AskAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        Assert.Equal("HEAD / HTTP/1.1", (await shadow.ReadHeadAsync()).StartLine);
        await shadow.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");

        await stage.ExpectCountsAsync(sent: 1);
    }

    [Fact]
    public async Task Pipelined_Requests_AreMirroredEachByItself()
    {
        await using RecordingUpstream primary = RecordingUpstream.Start("primary");
        await using RecordingUpstream shadow = RecordingUpstream.Start("shadow");
        await using MirrorStage stage = MirrorStage.Begin(primary: primary.Plan, shadow: shadow.Plan);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync("POST /0 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\none"
            + "GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n"
            + "\r\nPOST /2 HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
            + "GET /3 HTTP/1.1\r\nHost: a.test\r\n\r\n");
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
        }

        await stage.ExpectCountsAsync(sent: 4);
        Assert.Empty(shadow.Deviations);
        Assert.Equal(
            ["GET /1 HTTP/1.1 ", "GET /3 HTTP/1.1 ", "POST /0 HTTP/1.1 one", "POST /2 HTTP/1.1 two"],
            shadow.Requests.Select(request => $"{request.StartLine} {request.Text}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Copies_OneAfterTheOther_ShareAConnection()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary) = await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ServeAsync();
        for (int i = 2; i <= 10; i++)
        {
            await stage.ExpectCountsAsync(sent: i - 1);
            await client.SendAsync(Story.Get);
            await primary.ServeAsync("again");
            await shadow.ServeAsync();
            Assert.Equal("again", (await client.ReadResponseAsync()).Text);
        }

        await stage.ExpectCountsAsync(sent: 10);
        Assert.Equal(1, stage.Shadow.AcceptedCount);
    }

    [Fact]
    public async Task ExpectContinue_Mirrored_AsksNobodyTwice()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        HttpRequest head = await primary.ReadHeadAsync();
        HttpRequest copy = await shadow.ReadHeadAsync();
        Assert.Equal("100-continue", head["Expect"]);
        Assert.False(copy.Has("Expect"));

        await primary.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.ExpectAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("hello");
        Assert.Equal("hello", Bytes.Text(await shadow.ContentOf(copy).ReadRestAsync()));
        await primary.ContentOf(head).ReadRestAsync();
        await shadow.SendAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
        await primary.RespondAsync("primary");
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
        await stage.ExpectCountsAsync(sent: 1);
    }

    [Fact]
    public async Task ExpectContinue_ThatIsRefused_LeavesNothingOfTheCopy()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await primary.ReadHeadAsync();
        await shadow.ReadHeadAsync();
        await primary.SendAsync("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(417, (await client.ReadResponseAsync()).Status);
        await stage.ExpectCountsAsync(dropped: 1);
        await shadow.ExpectGoneAsync();
    }

    [Fact]
    public async Task Upgrade_Asked_IsNotMirrored()
    {
        await using MirrorStage stage = MirrorStage.Begin();

        await stage.AskAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n");

        await stage.Shadow.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal(default, stage.Counts);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(2_500, 48, 152)]
    [InlineData(10_000, 400, 400)]
    public async Task Percentage_OfRequests_IsMirrored(int hundredths, int min, int max)
    {
        await using RecordingUpstream primary = RecordingUpstream.Start("primary");
        await using RecordingUpstream shadow = RecordingUpstream.Start("shadow");
        await using MirrorStage stage = MirrorStage.Begin(
            mirror => mirror with { HundredthsOfPercent = hundredths, ConcurrencyMax = 1_000 }, primary: primary.Plan, shadow: shadow.Plan);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        for (int i = 0; i < 400; i++)
        {
            await client.ExchangeAsync(Story.Get);
        }

        // Six standard deviations on either side. Those on their way arrive soon, and none more than that.
        await HealthStage.WaitUntilAsync(() => stage.Counts.Sent >= min, $"{min} copies");

        Assert.InRange(stage.Counts.Sent, min, max);
        Assert.Equal(0, stage.Counts.Dropped + stage.Counts.Failed);
        Assert.Equal(400, primary.RequestCount);
    }

    [Fact]
    public async Task AccessLog_OfAMirroredRequest_HasOneLineAboutThePrimary()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary) = await stage.AskAsync();
        await (await stage.Shadow.AcceptAsync()).ServeAsync();
        await stage.ExpectCountsAsync(sent: 1);
        await client.SendAsync("GET /last HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await primary.ServeAsync();
        await client.ReadResponseAsync();

        await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/last");

        Assert.Equal(["/", "/last"], stage.Proxy.AccessLog.Entries.Select(entry => entry.Path));
        Assert.All(stage.Proxy.AccessLog.Entries, entry => Assert.Equal("primary", entry.Text("upstream")));
    }

    [Fact]
    public async Task Reload_WithoutTheMirror_LetsCopiesEnd()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary) = await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();

        stage.StopMirroring();

        await shadow.RespondAsync();
        await stage.ExpectCountsAsync(sent: 1);
        await shadow.ExpectGoneAsync();
        await client.SendAsync(Story.Get);
        await primary.ServeAsync("alone");
        Assert.Equal("alone", (await client.ReadResponseAsync()).Text);
        Assert.Equal(new MirrorCounts(1, 0, 0), stage.Counts);
    }
}
