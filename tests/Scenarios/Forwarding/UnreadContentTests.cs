using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>
/// Requests answered without reading their content: it is drained within limits, or the connection closes (CVE-2025-4366 was a proxy that
/// forgot).
/// </summary>
public sealed class UnreadContentTests
{
    private static readonly ProxySetup OnlyOtherHost = new() { Hosts = [new HostMatch("a.test", IsWildcard: false)] };

    [Fact]
    public async Task NoRoute_SmallContent_IsDrainedAndTheConnectionServesOn()
    {
        await using Story story = Story.Begin(OnlyOtherHost);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse refused = await client.ExchangeAsync("POST /smuggle HTTP/1.1\r\nHost: b.test\r\nContent-Length: 33\r\n\r\n"
            + "GET /inner HTTP/1.1\r\nHost: a.test\r\n");
        Assert.Equal(404, refused.Status);
        await client.SendAsync(Story.Get);
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ServeAsync("served");

        Assert.Equal("/", request.Target);
        Assert.Equal("served", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task NoRoute_ChunkedContent_IsDrainedAndTheConnectionServesOn()
    {
        await using Story story = Story.Begin(OnlyOtherHost);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse refused = await client.ExchangeAsync(
            "POST / HTTP/1.1\r\nHost: b.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        Assert.Equal(404, refused.Status);
        await client.SendAsync("5\r\nworld\r\n0\r\n\r\n" + Story.Get);
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ServeAsync("served");

        Assert.Equal("served", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task NoRoute_ContentAboveTheDrainLimit_ClosesTheConnection()
    {
        await using Story story = Story.Begin(OnlyOtherHost with { Limits = new ProxyLimits { DrainBytesMax = 1_000 } });
        ScriptedClient client = await story.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: b.test\r\nContent-Length: 5000\r\n\r\n" + new string('x', 5_000) + Story.Get);

        Assert.Equal(404, (await client.ReadResponseAsync()).Status);
        await client.ExpectGoneAsync();
    }

    [Fact]
    public async Task NoRoute_ContentThatDoesNotCome_ClosesTheConnectionAfterTheDrainTimeout()
    {
        await using Story story = Story.Begin(OnlyOtherHost with { Limits = new ProxyLimits { DrainTimeoutMs = 200 } });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync("POST / HTTP/1.1\r\nHost: b.test\r\nContent-Length: 5000\r\n\r\nhello");

        Assert.Equal(404, response.Status);
        await client.ExpectGoneAsync();
    }

    [Fact]
    public async Task NoRoute_ContentNotYetAskedFor_IsNotAskedFor()
    {
        await using Story story = Story.Begin(OnlyOtherHost);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(
            "POST / HTTP/1.1\r\nHost: b.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");

        Assert.Equal(404, response.Status);
        await client.ExpectGoneAsync();
    }
}
