using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Upstreams;

/// <summary>
/// A connection that died while it was idle must not fail a request that can be sent again (RFC 9110, section 9.2.2; RFC 9112, section
/// 9.3.1).
/// </summary>
public sealed class RetryTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);

    [Trait("Case", "U-10")]
    [Theory]
    [InlineData("GET", true)]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("DELETE", false)]
    [InlineData("OPTIONS", false)]
    public async Task ReusedConnection_DiesBeforeTheFirstByte_RequestIsSentAgainOnAFreshOne(string method, bool resets)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        await client.SendAsync($"{method} /again HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.ReadRequestAsync();
        Die(server, resets);

        ScriptedServerConnection fresh = await story.AcceptAsync();
        Assert.Equal("/again", (await fresh.ReadRequestAsync()).Target);
        await fresh.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(200, (await client.ReadResponseAsync(method)).Status);
        AccessLogEntry line = await story.LogLineAsync(entry => entry.Path == "/again");
        Assert.Equal((2d, null), (line.Number("attempts"), line.Error));
    }

    [Fact]
    public async Task ReusedConnection_SeveralIdleOnesDied_RequestIsSentAgainOnAFreshOneAtOnce()
    {
        await using Story story = Story.Begin();
        (ScriptedClient first, ScriptedServerConnection one) = await story.OpenAsync();
        (ScriptedClient second, ScriptedServerConnection two) = await story.OpenAsync();
        await one.RespondAsync();
        await first.ReadResponseAsync();
        await two.RespondAsync();
        await second.ReadResponseAsync();

        await first.SendAsync(Story.Get);
        await two.ReadRequestAsync();
        two.Close();
        ScriptedServerConnection fresh = await story.AcceptAsync();
        await fresh.ServeAsync("fresh");

        Assert.Equal("fresh", (await first.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task SecondConnection_DiesToo_ClientGets502()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        await client.SendAsync(Story.Get);
        await server.ReadRequestAsync();
        server.Close();
        ScriptedServerConnection fresh = await story.AcceptAsync();
        await fresh.ReadRequestAsync();
        fresh.Close();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await story.Upstream.ExpectNoConnectionAsync(AMoment);
    }

    [Trait("Case", "U-10")]
    [Theory]
    [InlineData("POST", "Content-Length: 5\r\n\r\nhello")]
    [InlineData("POST", "Content-Length: 0\r\n\r\n")]
    [InlineData("PATCH", "\r\n")]
    public async Task ReusedConnection_DiesAfterARequestThatMayNotBeRepeated_ClientGets502(string method, string rest)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        await client.SendAsync($"{method} /once HTTP/1.1\r\nHost: a.test\r\n{rest}");
        await server.ReadRequestAsync();
        server.Close();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await story.Upstream.ExpectNoConnectionAsync(AMoment);
    }

    [Trait("Case", "U-09")]
    [Trait("Case", "U-11")]
    [Theory]
    [InlineData(true, "upstream_reset")]
    [InlineData(false, "upstream_closed")]
    public async Task FreshConnection_DiesBeforeTheFirstByte_ClientGets502(bool resets, string reason)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        Die(server, resets);

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        Assert.Equal(reason, (await story.LogLineAsync()).Error);
        await story.Upstream.ExpectNoConnectionAsync(AMoment);
    }

    [Trait("Case", "U-13")]
    [Fact]
    public async Task ReusedConnection_DiesWithinTheHead_ClientGets502()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        await client.SendAsync(Story.Get);
        await server.ReadRequestAsync();
        await server.SendAsync("HTTP/1.1 20");
        server.Close();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await story.Upstream.ExpectNoConnectionAsync(AMoment);
    }

    [Fact]
    public async Task ClientConnection_AfterA502_ServesOn()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        server.Close();
        Assert.Equal(502, (await client.ReadResponseAsync()).Status);

        await client.SendAsync(Story.Get);
        await (await story.AcceptAsync()).ServeAsync("recovered");

        Assert.Equal("recovered", (await client.ReadResponseAsync()).Text);
    }

    private static void Die(ScriptedServerConnection server, bool resets)
    {
        if (resets)
        {
            server.Reset();
        }
        else
        {
            server.Close();
        }
    }
}
