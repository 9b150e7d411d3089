using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Limits;

/// <summary>The times that servers are given, each with an error of its own.</summary>
public sealed class UpstreamTimeoutTests
{
    [Trait("Case", "U-08")]
    [Fact]
    public async Task TlsHandshake_ThatTheServerDoesNotAnswer_Gives504()
    {
        await using var stage = new TlsSilence(new ProxyLimits { TlsTimeoutMs = 200 });
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        await stage.Upstream.AcceptAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        Assert.Equal("upstream_tls_timeout", (await stage.Proxy.AccessLog.WaitForAsync(_ => true))[0].Error);
    }

    [Trait("Case", "U-24")]
    [Fact]
    public async Task Upload_ThatTheServerDoesNotTake_Gives504()
    {
        await using Story story = Story.Begin(new ProxyLimits { SendTimeoutMs = 2_000 });
        story.Upstream.ReceiveBufferBytes = 4096;
        (ScriptedClient client, _) = await story.OpenAsync(Story.Post + "Content-Length: 100000000\r\n\r\n");
        await client.SendUntilBlockedAsync(new byte[65536], max: 99_000_000, TimeSpan.FromMilliseconds(100));

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        Assert.Equal("upstream_send_timeout", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Exchange_ThatTakesTooLongBeforeItsResponse_Gives504()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestTimeoutMs = 1_000 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        Assert.Equal("request_timeout", (await story.LogLineAsync()).Error);
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Exchange_ThatTakesTooLongWithAllItsAttempts_Gives504()
    {
        var retries = new RetryPlan { AttemptsMax = 10, On = new RetryTriggers(RetryConditions.Timeout, []), PerTryTimeoutMs = 500, BackoffMaxMs = 1 };
        await using Story story = Story.Begin(new ProxySetup { Limits = new ProxyLimits { RequestTimeoutMs = 3_000 }, Route = route => route with { Retries = retries } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Get);
        await story.AcceptAsync();
        await story.AcceptAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal("request_timeout", line.Error);
        Assert.InRange(line.Number("attempts"), 2, 7);
    }

    [Fact]
    public async Task Exchange_ThatTakesTooLongWithinItsResponse_IsCutOff()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestTimeoutMs = 2_500 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ");

        Assert.Equal(200, (await client.ReadHeadAsync()).Status);
        await client.ReadToEndAsync();
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((200, "request_timeout"), (line.Status, line.Error));
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Exchange_WhoseClientTakesTooLong_IsCutOff()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestTimeoutMs = 2_500 });
        (ScriptedClient _, ScriptedServerConnection server) = await story.OpenAsync(receiveBufferBytes: 4096);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        await server.SendUntilBlockedAsync(new byte[65536], max: 99_000_000, TimeSpan.FromMilliseconds(100));

        Assert.Equal("request_timeout", (await story.LogLineAsync()).Error);
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Exchange_OfAnHttp2ClientThatTakesTooLong_IsReset()
    {
        await using Story story = Story.Begin(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Limits = new ProxyLimits { RequestTimeoutMs = 2_500 } });
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint stream = await client.SendRequestAsync();
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadRequestAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ");

        await client.ExpectResetAsync(stream, ErrorCode.InternalError);
        Assert.Equal("request_timeout", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Tunnel_HasNoLimitOfTheExchange()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestTimeoutMs = 2_500 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: talk\r\n\r\n");
        await server.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: talk\r\n\r\n");
        Assert.Equal(101, (await client.ReadHeadAsync()).Status);
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(2_800));
        await server.SendAsync("still here");

        await client.ExpectAsync("still here");
    }

    /// <summary>A proxy in front of a server of https that says nothing.</summary>
    private sealed class TlsSilence : IAsyncDisposable
    {
        internal TlsSilence(ProxyLimits limits)
        {
            var transcript = new Transcript();
            Upstream = ScriptedUpstream.Start(transcript);
            Proxy = ProxyFixture.Start(new ProxySetup { Limits = limits }, transcript, Upstream.Plan with { Address = Upstream.Plan.Address with { IsHttps = true } });
        }

        internal ScriptedUpstream Upstream { get; }

        internal ProxyFixture Proxy { get; }

        public async ValueTask DisposeAsync()
        {
            await Proxy.DisposeAsync();
            await Upstream.DisposeAsync();
        }
    }
}
