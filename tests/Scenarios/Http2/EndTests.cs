using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>Exchanges that end before their time, on either side (RFC 9113, sections 5.4 and 8.1).</summary>
public sealed class EndTests
{
    [Trait("Case", "U-58")]
    [Trait("Case", "U-59")]
    [Theory]
    [InlineData("before the response")]
    [InlineData("within the response")]
    [InlineData("within the request")]
    public async Task ClientReset_EndsTheRequestAtTheUpstream_AndNothingElse(string when)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint other, ScriptedServerConnection otherServer, _) = await story.OpenAsync(path: "/other");
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync(when == "within the request" ? "POST" : "GET", end: when != "within the request");
        if (when == "within the response")
        {
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
            await story.Client.ReadContentAsync(stream, 5);
        }

        await story.Client.SendAsync(Frames.Reset(stream));

        await server.ReadToEndAsync();
        Assert.NotEqual(ConnectionEnd.Open, server.End);
        await otherServer.RespondAsync("fine");
        Assert.Equal("fine", (await story.Client.ReadResponseAsync(other)).Text);
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((when == "within the response" ? 200 : 499, true), (line.Status, line.Error is "client_gone" or "client_reset"));
    }

    [Trait("Case", "U-59")]
    [Fact]
    public async Task ClientGone_EndsAllItsRequests()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (_, ScriptedServerConnection one, _) = await story.OpenAsync(path: "/1");
        (_, ScriptedServerConnection two, _) = await story.OpenAsync(path: "/2");

        story.Client.Abort();

        await one.ExpectGoneAsync();
        await two.ExpectGoneAsync();
        await story.Proxy.ExpectConnectionsAsync(0);
        Assert.Equal("client_gone", (await story.LogLineAsync("/1")).Error);
    }

    [Trait("Case", "U-09")]
    [Trait("Case", "U-11")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UpstreamGone_BeforeItsResponse_GivesA502(bool resets)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync("POST");

        End(server, resets);

        Assert.Equal(502, (await story.Client.ReadResponseAsync(stream)).Status);
        await story.Client.RoundTripAsync();
        Assert.Null(story.Client.GoAway);
    }

    [Trait("Case", "U-14")]
    [Trait("Case", "U-15")]
    [Trait("Case", "U-18")]
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nbad\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", true)]
    public async Task UpstreamGone_WithinItsResponse_ResetsTheStream(string beginning, bool resets)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        await server.SendAsync(beginning);
        await story.Client.ReadContentAsync(stream, 5);

        End(server, resets);

        await story.Client.ExpectResetAsync(stream, ErrorCode.InternalError);
        Assert.False(story.Client.StreamOf(stream).HasEnded);
        await story.Client.RoundTripAsync();
        Assert.Null(story.Client.GoAway);
        Assert.NotNull((await story.LogLineAsync()).Error);
    }

    [Trait("Case", "U-23")]
    [Fact]
    public async Task Response_BeforeTheRequestIsWhole_EndsTheStreamWithoutAnError()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync("POST", end: false);
        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("part")));

        await server.SendAsync("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal((413, "no"), (response.Status, response.Text));
        await story.Client.ExpectAsync(FrameKind.Reset, stream);
        Assert.Equal(ErrorCode.NoError, story.Client.StreamOf(stream).Reset);

        // What was on its way is no offence.
        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("rest")), Frames.Data(stream, [], end: true));
        await story.Client.RoundTripAsync();
        Assert.Null(story.Client.GoAway);
    }

    [Fact]
    public async Task Content_AboveTheLimit_GivesA413()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { RequestBodyBytesMax = 10 } });

        uint declared = await story.Client.SendHeadAsync(story.Client.Request("POST").Add("content-length", "11"), end: false, "POST");
        Assert.Equal(413, (await story.Client.ReadResponseAsync(declared)).Status);
        (uint counted, _, _) = await story.OpenAsync("POST", end: false);
        await story.Client.SendAsync(Frames.Data(counted, new byte[11], end: true));

        Assert.Equal(413, (await story.Client.ReadResponseAsync(counted)).Status);
    }

    [Fact]
    public async Task Content_ThatPausesForTooLong_GivesA408()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { RequestBodyIdleTimeoutMs = 200 } });
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync("POST", end: false);
        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("part")));

        Assert.Equal(408, (await story.Client.ReadResponseAsync(stream)).Status);
        await server.ReadToEndAsync();
        Assert.NotEqual(ConnectionEnd.Open, server.End);
    }

    [Trait("Case", "U-20")]
    [Fact]
    public async Task Server_ThatTakesTooLong_GivesA504()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { FirstByteTimeoutMs = 200 } });
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        Assert.Equal(504, (await story.Client.ReadResponseAsync(stream)).Status);
        await server.ExpectGoneAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Response_ThatBreaksHttp_GivesA502(string response)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        await server.SendAsync(response);

        Assert.Equal(502, (await story.Client.ReadResponseAsync(stream)).Status);
    }

    private static void End(ScriptedServerConnection server, bool resets)
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
