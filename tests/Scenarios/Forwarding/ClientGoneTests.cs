using System.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Clients that go away: nobody works for them any longer, and nobody else is harmed.</summary>
public sealed class ClientGoneTests
{
    // What the product promises. The best of a few tries counts, for a busy machine only ever adds time.
    private static readonly TimeSpan CancelWithin = TimeSpan.FromMilliseconds(100);
    private const int Tries = 20;

    [Trait("Case", "U-59")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientGone_WhileTheHeadIsAwaited_UpstreamIsCancelledWithin100Ms(bool resets)
    {
        await using Story story = Story.Begin();
        await ExpectCancelAsync(async () =>
        {
            (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
            return (client, server);
        }, resets);

        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((499, "client_gone"), (line.Status, line.Error));
    }

    [Trait("Case", "U-59")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientGone_WithinAResponse_UpstreamIsCancelledWithin100Ms(bool resets)
    {
        await using Story story = Story.Begin();
        await ExpectCancelAsync(async () =>
        {
            (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
            ContentReader content = client.ContentOf(await client.ReadHeadAsync());
            await content.ExpectAsync("hello");
            return (client, server);
        }, resets);

        Assert.NotNull((await story.LogLineAsync()).Error);
    }

    [Trait("Case", "U-58")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientGone_WithinItsRequest_UpstreamIsCancelledWithin100Ms(bool resets)
    {
        await using Story story = Story.Begin();
        await ExpectCancelAsync(async () =>
        {
            (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
                Story.Post + "Content-Length: 100\r\n\r\nhello");
            await server.ExpectAsync("hello");
            return (client, server);
        }, resets);

        Assert.NotNull((await story.LogLineAsync()).Error);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nhello", true)]
    [InlineData("Content-Length: 100\r\n\r\nhello", false)]
    [InlineData("Content-Length: 100\r\n\r\n", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false)]
    public async Task ClientGone_RightBehindPartOfItsRequest_LeavesNothingBehind(string rest, bool resets)
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a.test\r\n{rest}");
        BreakOff(client, resets);

        // The proxy may have begun to forward, or may have noticed before.
        await story.Proxy.ExpectConnectionsAsync(0);
        Assert.NotNull((await story.LogLineAsync()).Error);
    }

    [Trait("Case", "U-59")]
    [Fact]
    public async Task ClientGone_BehindAWholeRequest_PoolServesTheNextClient()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        client.Reset();
        await server.ExpectGoneAsync();

        (ScriptedClient next, ScriptedServerConnection fresh) = await story.OpenAsync();
        await fresh.RespondAsync("fine");

        Assert.Equal("fine", (await next.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task ClientHalfCloses_WhereAllowed_StillGetsItsResponse()
    {
        await using Story story = Story.Begin(new ProxyLimits { HalfCloseAllowed = true });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        client.ShutdownSend();
        await server.ExpectSilenceAsync(TimeSpan.FromMilliseconds(100));

        await server.RespondAsync("still here");

        Assert.Equal("still here", (await client.ReadResponseAsync()).Text);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task ClientCloses_BetweenRequests_LeavesNoLogLineAndKeepsTheUpstream()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        await story.LogLineAsync();
        client.Close();

        // Longer than lines are held back.
        await server.ExpectSilenceAsync(TimeSpan.FromMilliseconds(300));

        Assert.Single(story.Proxy.AccessLog.Entries);
    }

    private static async Task ExpectCancelAsync(Func<Task<(ScriptedClient Client, ScriptedServerConnection Server)>> openAsync, bool resets)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < Tries && best > CancelWithin; i++)
        {
            (ScriptedClient client, ScriptedServerConnection server) = await openAsync();
            long start = Stopwatch.GetTimestamp();
            BreakOff(client, resets);
            await server.ExpectGoneAsync();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        Assert.InRange(best, TimeSpan.Zero, CancelWithin);
    }

    private static void BreakOff(ScriptedClient client, bool resets)
    {
        if (resets)
        {
            client.Reset();
        }
        else
        {
            client.Close();
        }
    }
}
