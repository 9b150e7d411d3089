using Sluice.Proxy.Plans;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Peers that stop, or break a rule, where it is easy to forget to set a time limit or to clear one.</summary>
public sealed class StuckPeerTests
{
    private const int FullHeadBuffer = 4 * 1024;
    private const int FullContentBuffer = 32 * 1024;

    private static readonly ProxyLimits Short = new() { UpstreamIdleTimeoutMs = 2_500, SendTimeoutMs = 2_500, FirstByteTimeoutMs = 2_500, ContinueTimeoutMs = 100 };

    [Trait("Case", "U-24")]
    [Fact]
    public async Task Upload_ThatTheServerNeverTakes_Ends()
    {
        await using Story story = Story.Begin(Short);
        story.Upstream.ReceiveBufferBytes = 4096;
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000000\r\n\r\n");

        // It goes on to the end: a pause of the test's own would leave the proxy waiting for more, and not for the server.
        Task<long> sending = client.SendUntilBlockedAsync(new byte[65536], max: 99_000_000, Patience.PerStep);

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        await client.ExpectGoneAsync();
        Assert.InRange(await sending, 1, 98_000_000);
        await server.TrySendAsync(new byte[1]);
    }

    [Fact]
    public async Task Upload_BrokenRightBehindAFullBuffer_IsRefused()
    {
        await using Story story = Story.Begin(Short);
        ScriptedClient client = await story.ConnectAsync();
        const string Head = "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n";
        int count = FullHeadBuffer - Head.Length - "fff\r\n".Length;
        await client.SendAsync($"{Head}{count:x}\r\n{new string('x', count)}broken".PadRight(FullHeadBuffer + 6));

        Assert.Equal(400, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Response_ThatStopsBehindAFullBuffer_IsCutOff()
    {
        await using Story story = Story.Begin(Short);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        const string Head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n";
        await server.SendAsync(Head + new string('x', FullContentBuffer - Head.Length));

        await client.ReadToEndAsync();
        Assert.Equal("response_body_timeout", (await story.LogLineAsync(entry => entry.Path == "/")).Text("error"));
    }

    [Fact]
    public async Task InterimHead_ThatIsNotWhole_IsNotPassedOn()
    {
        await using Story story = Story.Begin(Short);
        (ScriptedClient client, ScriptedServerConnection server) =
            await story.OpenAsync("POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-");

        await client.ExpectAsync("HTTP/1.1 100 Continue\r\n\r\n");
    }

    [Trait("Case", "U-38")]
    [Theory]
    [InlineData(Story.Get)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\n")]
    public async Task SwitchOfProtocols_ThatNobodyAskedFor_IsAnError(string request)
    {
        await using Story story = Story.Begin(Short);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(request);
        await server.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n");

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task LargeResponse_LeavesItsConnectionForTheNext()
    {
        await using Story story = Story.Begin(Short);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        string large = new('x', 100_000);
        await server.RespondAsync(large);
        Assert.Equal(large, (await client.ReadResponseAsync()).Text);

        await client.SendAsync(Story.Get);
        await server.ServeAsync("same connection");
        Assert.Equal("same connection", (await client.ReadResponseAsync()).Text);
    }
}
