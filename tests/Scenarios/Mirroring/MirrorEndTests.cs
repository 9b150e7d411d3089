using System.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Mirroring;

/// <summary>What becomes of a copy when the request, its client or the proxy ends first.</summary>
public sealed class MirrorEndTests
{
    private const string HalfOfAPost = Story.Post + "Content-Length: 10\r\n\r\nhello";

    [Fact]
    public async Task Client_ThatGoesAwayWithinItsContent_TakesTheCopyWithIt()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary, ScriptedServerConnection shadow) = await BeginUploadAsync(stage);

        client.Reset();

        await stage.ExpectCountsAsync(dropped: 1);
        await primary.ExpectGoneAsync();
        await shadow.ExpectGoneAsync();
    }

    [Fact]
    public async Task Client_ThatGoesAwayBehindItsRequest_LeavesTheCopyToItsEnd()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await primary.ReadRequestAsync();

        client.Reset();
        await primary.ExpectGoneAsync();

        Assert.Equal("hello", (await shadow.ServeAsync()).Text);
        await stage.ExpectCountsAsync(sent: 1);
    }

    [Fact]
    public async Task Primary_ThatRefuses_TakesNothingFromTheCopy()
    {
        using var dead = new DeadServer();
        await using MirrorStage stage = MirrorStage.Begin(primary: dead.Plan);
        ScriptedClient client = await stage.Proxy.ConnectAsync();

        Assert.Equal(502, (await client.ExchangeAsync(Story.Get)).Status);

        await (await stage.Shadow.AcceptAsync()).ServeAsync();
        await stage.ExpectCountsAsync(sent: 1);
    }

    [Fact]
    public async Task Primary_ThatAnswersBeforeTheRequestIsWhole_EndsTheCopy()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary, ScriptedServerConnection shadow) = await BeginUploadAsync(stage);

        await primary.RespondAsync("early");

        Assert.Equal("early", (await client.ReadResponseAsync()).Text);
        await stage.ExpectCountsAsync(dropped: 1);
        await shadow.ExpectGoneAsync();
    }

    [Fact]
    public async Task Content_ThatBreaksTheRules_EndsTheCopy()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();

        await client.SendAsync("nonsense\r\n");

        Assert.Equal(400, (await client.ReadResponseAsync()).Status);
        await stage.ExpectCountsAsync(dropped: 1);
        Assert.DoesNotContain("0\r\n\r\n", Bytes.Text(await shadow.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shadow_ThatAnswersBeforeTheRequestIsWhole_LeavesItAlone()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary, ScriptedServerConnection shadow) = await BeginUploadAsync(stage);
        await shadow.RespondAsync("early");
        await stage.ExpectCountsAsync(sent: 1);

        await client.SendAsync("world");
        await primary.ExpectAsync("world");
        await primary.RespondAsync("primary");
        Assert.Equal("primary", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Primary_RetriedOverAFreshConnection_IsCopiedOnce()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary) = await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ServeAsync();
        await stage.ExpectCountsAsync(sent: 1);

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello");
        await primary.ReadHeadAsync();
        primary.Close();
        Assert.Equal("hello", (await (await stage.Primary.AcceptAsync()).ServeAsync("fresh")).Text);
        Assert.Equal("fresh", (await client.ReadResponseAsync()).Text);

        Assert.Equal("hello", (await shadow.ServeAsync()).Text);
        await stage.ExpectCountsAsync(sent: 2);
    }

    [Fact]
    public async Task Stop_WhileCopiesAreStuck_WaitsForNoneOfThem()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (ScriptedClient client, ScriptedServerConnection primary) = await stage.AskAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await shadow.ReadHeadAsync();
        client.Close();

        long start = Stopwatch.GetTimestamp();
        Assert.True(await stage.Proxy.StopAsync(TimeSpan.FromSeconds(30)));

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        await shadow.ExpectGoneAsync();
        await stage.ExpectCountsAsync(dropped: 1);
        await primary.ExpectGoneAsync();
    }

    [Fact]
    public async Task Stop_WithinAnUpload_EndsRequestAndCopy()
    {
        await using MirrorStage stage = MirrorStage.Begin(limits: new ProxyLimits { MinDataRate = 0 });
        (_, _, ScriptedServerConnection shadow) = await BeginUploadAsync(stage);

        Assert.False(await stage.Proxy.StopAsync(TimeSpan.FromMilliseconds(100)));

        await shadow.ExpectGoneAsync();
    }

    private static async Task<(ScriptedClient Client, ScriptedServerConnection Primary, ScriptedServerConnection Shadow)> BeginUploadAsync(MirrorStage stage)
    {
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(HalfOfAPost);
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        await primary.ReadHeadAsync();
        await shadow.ReadHeadAsync();
        await primary.ExpectAsync("hello");
        await shadow.ExpectAsync("hello");
        return (client, primary, shadow);
    }
}
