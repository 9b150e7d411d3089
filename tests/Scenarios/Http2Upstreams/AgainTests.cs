using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>Which requests are sent again, and which never (RFC 9113, sections 6.8 and 8.7; RFC 9110, section 9.2.2).</summary>
public sealed class AgainTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello", true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello", false)]
    public async Task RequestThatTheServerDidNotActOn_IsSentAgain_WhateverItsMethod(string request, bool byGoAway)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord refused) = await story.OpenAsync(request);

        await server.SendAsync(byGoAway ? Frames.GoAway(0) : Frames.Reset(refused.Id, ErrorCode.RefusedStream));

        Http2OriginConnection fresh = await story.Origin.AcceptAsync();
        (uint stream, HttpRequest again) = await fresh.ReadRequestAsync();
        Assert.Equal(request.EndsWith("hello", StringComparison.Ordinal) ? "hello" : "", again.Text);
        await fresh.RespondAsync(stream, "done");
        Assert.Equal("done", (await client.ReadResponseAsync()).Text);
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((2d, null), (line.Number("attempts"), line.Error));
    }

    [Fact]
    public async Task GoAway_EndsWhatIsBelowIt_AndMovesWhatIsAbove()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient first, Http2OriginConnection server, StreamRecord one) = await story.OpenAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync("POST /second HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\nhi");
        await server.ReadRequestAsync();

        await server.SendAsync(Frames.GoAway(one.Id));

        Http2OriginConnection fresh = await story.Origin.AcceptAsync();
        Assert.Equal("hi", (await fresh.ServeAsync("moved")).Text);
        Assert.Equal("moved", (await second.ReadResponseAsync()).Text);
        await server.RespondAsync(one.Id, "stayed");
        Assert.Equal("stayed", (await first.ReadResponseAsync()).Text);

        // The last request on it was the last.
        await server.ReadToEndAsync();
        Assert.Equal(ConnectionEnd.Closed, server.End);
    }

    [Fact]
    public async Task GoAway_WhileIdle_ClosesTheConnection()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server) = await story.WarmUpAsync();

        await server.SendAsync(Frames.GoAway(int.MaxValue));
        await server.ReadToEndAsync();
        await client.SendAsync(Story.Get);

        Http2OriginConnection fresh = await story.Origin.AcceptAsync();
        await fresh.ServeAsync("fresh");
        Assert.Equal("fresh", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Request_ThatIsRefusedAgainAndAgain_IsA503()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.RefusedStream));
        Http2OriginConnection other = await story.Origin.AcceptAsync();
        await other.SendAsync(Frames.Reset((await other.ReadHeadAsync()).Id, ErrorCode.RefusedStream));

        // The last connection that refused it is passed by, the one before is asked again.
        await server.SendAsync(Frames.Reset((await server.ReadHeadAsync()).Id, ErrorCode.RefusedStream));

        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((3d, "upstream_refused"), (line.Number("attempts"), line.Error));
        await story.Origin.ExpectNoConnectionAsync(AMoment);
    }

    [Fact]
    public async Task Request_RefusedOnTheOnlyConnectionThereMayBe_IsSentAgainOnIt()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { ConnectionsMax = 1 });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        ScriptedClient other = await story.ConnectAsync("other");
        await other.SendAsync("GET /other HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.ReadHeadAsync();

        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.RefusedStream));
        await server.ServeAsync("again");

        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Request_WhoseContentIsOnItsWay_IsNotSentAgain()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Story.Post + "Content-Length: 10\r\n\r\nhello");
        await client.SendAsync("worl");
        await server.ReadUntilAsync(() => request.ContentBytes == 9, "the content");

        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.RefusedStream));

        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
        await story.Origin.ExpectNoConnectionAsync(AMoment);
    }

    [Theory]
    [InlineData(ErrorCode.InternalError)]
    [InlineData(ErrorCode.Cancel)]
    [InlineData(ErrorCode.NoError)]
    public async Task Request_WhoseStreamIsReset_IsA502(ErrorCode reason)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server) = await story.WarmUpAsync();
        await client.SendAsync("GET /reset HTTP/1.1\r\nHost: a.test\r\n\r\n");
        StreamRecord request = await server.ReadHeadAsync();

        await server.SendAsync(Frames.Reset(request.Id, reason));

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        Assert.Equal("upstream_stream_reset", (await story.LogLineAsync("/reset")).Error);
        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-10")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectionThatHadBeenUsed_Dies_IdempotentRequestsAreSentAgain(bool resets)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server) = await story.WarmUpAsync();
        ScriptedClient poster = await story.ConnectAsync("poster");
        await client.SendAsync("GET /get HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.ReadRequestAsync();
        await poster.SendAsync("POST /post HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\nhi");
        await server.ReadRequestAsync();
        await Die(server, resets);

        Http2OriginConnection fresh = await story.Origin.AcceptAsync();
        Assert.Equal("/get", (await fresh.ServeAsync("again")).Target);

        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
        Assert.Equal(502, (await poster.ReadResponseAsync()).Status);
        Assert.Contains((await story.LogLineAsync("/post")).Error, new[] { "upstream_closed", "upstream_reset" });
    }

    [Trait("Case", "U-09")]
    [Fact]
    public async Task FreshConnection_Dies_IsA502()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, _) = await story.OpenAsync();

        await Die(server, resets: false);

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await story.Origin.ExpectNoConnectionAsync(AMoment);
    }

    [Trait("Case", "U-16")]
    [Fact]
    public async Task Server_ThatDiesWithinItsResponse_IsNeverPassedOffAsWhole()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false), Frames.Data(request.Id, "part"u8));
        await client.ReadHeadAsync();
        await client.ExpectAsync("4\r\npart\r\n");

        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.InternalError));

        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal("response_truncated", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Reset_BehindTheEnd_ChangesNothing()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Story.Post + "Content-Length: 10\r\n\r\n");

        // RFC 9113, section 8.1: the response is whole, and nothing more is wanted of the request.
        await server.SendAsync(
            Frames.Headers(request.Id, FieldBlock.Response(403).ToArray(), end: false), Frames.Data(request.Id, "no"u8, end: true), Frames.Reset(request.Id, ErrorCode.NoError));

        HttpResponse response = await client.ReadHeadAsync();
        Assert.Equal(403, response.Status);
        await client.ExpectAsync("2\r\nno\r\n0\r\n\r\n");
    }

    [Trait("Case", "U-59")]
    [Fact]
    public async Task ClientGone_ResetsTheStream_AndNothingElse()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        ScriptedClient other = await story.ConnectAsync("other");
        await other.SendAsync("GET /other HTTP/1.1\r\nHost: a.test\r\n\r\n");
        StreamRecord second = await server.ReadHeadAsync();

        client.Reset();

        Assert.Equal(ErrorCode.Cancel, (await server.ExpectAsync(FrameKind.Reset, request.Id)).Error);

        // What the server had sent meanwhile is no offence of its.
        await server.RespondAsync(request.Id, "too late");
        await server.RespondAsync(second.Id, "in time");
        Assert.Equal("in time", (await other.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-60")]
    [Fact]
    public async Task ManyClientsGone_CostTheConnectionNothing()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new PoolLimits { StreamsMax = 1_000 });
        (ScriptedClient _, Http2OriginConnection server) = await story.WarmUpAsync();
        Http2Peer impatient = null!;
        for (int i = 0; i < 1_000; i++)
        {
            // Each does less of it than would be an attack.
            impatient = i % 200 == 0 ? await story.ConnectHttp2Async($"impatient {i}") : impatient;
            uint stream = await impatient.SendRequestAsync(path: $"/{i}");
            StreamRecord request = await server.ReadHeadAsync();
            await impatient.SendAsync(Frames.Reset(stream));
            await server.ExpectAsync(FrameKind.Reset, request.Id);
            await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false), Frames.Data(request.Id, "late"u8, end: true));
        }

        await server.RoundTripAsync();
        ScriptedClient client = await story.ConnectAsync("patient");
        await client.SendAsync("GET /patient HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await server.ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, story.Origin.AcceptedCount);
    }

    [Trait("Case", "U-20")]
    [Fact]
    public async Task Server_ThatDoesNotAnswerInTime_IsA504_AndNobodyElseWaitsOnThatConnection()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxyLimits { FirstByteTimeoutMs = 2_500 });
        (ScriptedClient client, Http2OriginConnection server) = await story.WarmUpAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
        StreamRecord request = await server.ReadHeadAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        Assert.Equal(ErrorCode.Cancel, (await server.ExpectAsync(FrameKind.Reset, request.Id)).Error);

        // Nothing had come on it since the request, so it may be dead.
        await client.SendAsync(Story.Get);
        Http2OriginConnection fresh = await story.Origin.AcceptAsync();
        await fresh.ServeAsync("fresh");
        Assert.Equal("fresh", (await client.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-21")]
    [Fact]
    public async Task Server_ThatPausesWithinItsResponse_IsGivenUp()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxyLimits { UpstreamIdleTimeoutMs = 200 });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false), Frames.Data(request.Id, "part"u8));

        await client.ReadToEndAsync();

        Assert.Equal("response_body_timeout", (await story.LogLineAsync()).Error);
        await server.ExpectAsync(FrameKind.Reset, request.Id);
    }

    [Trait("Case", "U-24")]
    [Fact]
    public async Task Server_ThatNeverOpensItsWindow_IsGivenUp()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxyLimits { SendTimeoutMs = 300, FirstByteTimeoutMs = 60_000 });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Post + "Content-Length: 1000\r\n\r\n" + new string('x', 1000));
        Http2OriginConnection server = await story.Origin.AcceptAsync((SettingKind.InitialWindowSize, 10));
        server.GrantsWindows = false;
        StreamRecord request = await server.ReadHeadAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        await server.ExpectAsync(FrameKind.Reset, request.Id);
        Assert.Equal(10, request.ContentBytes);
        Assert.Equal("upstream_send_timeout", (await story.LogLineAsync()).Error);
    }

    private static async Task Die(Http2OriginConnection server, bool resets)
    {
        if (resets)
        {
            server.Abort();
        }
        else
        {
            server.ShutdownSend();
            await server.ReadToEndAsync();
        }
    }
}
