using Sluice.Proxy.Plans;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Http2;

/// <summary>The connection itself: how it begins, what is said on it, how it ends (RFC 9113, sections 3, 6.5, 6.7 and 6.8).</summary>
public sealed class ConnectionTests
{
    private const uint StreamMax = int.MaxValue;
    private static readonly TimeSpan Grace = Patience.PerStep;

    [Fact]
    public async Task Settings_SayWhatTheProxyAllows()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        await story.Client.RoundTripAsync();
        Dictionary<SettingKind, uint> settings = story.Client.PeerSettings;

        Assert.Equal((100u, 262_144u, 1u), (settings[SettingKind.MaxConcurrentStreams], settings[SettingKind.InitialWindowSize], settings[SettingKind.EnableConnectProtocol]));
        Assert.Equal(4_096u, settings.GetValueOrDefault(SettingKind.HeaderTableSize, 4_096u));
        Assert.Equal(16_384u, settings.GetValueOrDefault(SettingKind.MaxFrameSize, 16_384u));
        Assert.InRange(settings[SettingKind.MaxHeaderListSize], 16_384u, 131_072u);
        Assert.Equal(1 << 20, story.Client.OwnWindows.Connection);
    }

    [Fact]
    public async Task Settings_AreAcknowledgedEachTime()
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        await story.Client.SendAsync(Frames.Settings(), Frames.Settings((SettingKind.MaxFrameSize, 20_000)), Frames.Settings((SettingKind.HeaderTableSize, 0)));
        await story.Client.RoundTripAsync();

        Assert.Equal(4, story.Client.Received.Count(frame => frame.Kind == FrameKind.Settings && frame.IsAck));
    }

    [Fact]
    public async Task Ping_IsAnsweredWithItsOwnBytes()
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        await story.Client.SendAsync(Frames.Ping(0x0123_4567_89AB_CDEF), Frames.Ping(7, ack: true));
        WireFrame answer = await story.Client.ExpectAsync(FrameKind.Ping);

        Assert.True(answer.IsAck);
        Assert.Equal("0123456789ABCDEF", Convert.ToHexString(answer.Payload));
        await story.Client.RoundTripAsync();
    }

    [Fact]
    public async Task Listener_WithPriorKnowledge_TakesBothVersions()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        ScriptedClient old = await story.Proxy.ConnectAsync("old");
        await old.SendAsync(Story.Get);
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        await server.ServeAsync("old");

        Assert.Equal("old", (await old.ReadResponseAsync()).Text);
        uint stream = await story.Client.SendRequestAsync();
        await server.ServeAsync("new");
        Assert.Equal("new", (await story.Client.ReadResponseAsync(stream)).Text);
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(14)]
    [InlineData(23)]
    public async Task Preface_InTwoParts_IsOne(int cut)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        Http2Peer client = await story.Proxy.ConnectHttp2Async(new Http2PeerOptions { SendsPreface = false });

        await client.TrySendAsync(Frames.Preface.AsMemory(0, cut));
        await Task.Delay(20);
        await client.TrySendAsync(Frames.Preface.AsMemory(cut));
        await client.SendAsync(Frames.Settings());

        await client.RoundTripAsync();
    }

    [Theory]
    [InlineData(Http2Mode.Off)]
    [InlineData(Http2Mode.Negotiated)]
    public async Task Preface_OnAListenerThatTakesNone_IsRefusedAsHttp1(Http2Mode mode)
    {
        await using Story story = Story.Begin(new ProxySetup { Http2 = mode });
        ScriptedClient client = await story.ConnectAsync();

        await client.SendAsync(Bytes.Text(Frames.Preface));

        Assert.Equal(505, (await client.ReadResponseAsync()).Status);
        await client.ExpectGoneAsync();
    }

    [Theory]
    [InlineData(Http2Mode.Negotiated, new[] { "h2", "http/1.1" }, "h2")]
    [InlineData(Http2Mode.Negotiated, new[] { "http/1.1", "h2" }, "h2")]
    [InlineData(Http2Mode.Negotiated, new[] { "http/1.1" }, "http/1.1")]
    [InlineData(Http2Mode.Negotiated, new string[0], "")]
    [InlineData(Http2Mode.Off, new[] { "h2", "http/1.1" }, "http/1.1")]
    public async Task Handshake_ChoosesTheVersion(Http2Mode mode, string[] offered, string chosen)
    {
        using var authority = new TestAuthority();
        await using Story story = Story.Begin(new ProxySetup { Http2 = mode, Tls = new() { Certificates = [authority.Issue("a.test").Plan] } });

        await using Tls.TlsClient client = await Tls.TlsClient.ConnectAsync(story.Proxy.EndPoint, "a.test", protocols: offered);

        Assert.Equal(chosen, client.Protocol);
    }

    [Fact]
    public async Task Exchange_OverTls_SaysSoToTheUpstream()
    {
        using var authority = new TestAuthority();
        await using Story story = Story.Begin(new ProxySetup { Tls = new() { Certificates = [authority.Issue("a.test").Plan] } });
        Http2Peer client = await story.Proxy.ConnectHttp2Async(new Http2PeerOptions { TlsHost = "a.test" });

        uint stream = await client.SendRequestAsync("POST", content: new byte[100_000]);
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ServeAsync(new string('x', 100_000));

        Assert.Equal(("https", 100_000), (request["X-Forwarded-Proto"], request.Content.Length));
        Assert.Equal(100_000, (await client.ReadResponseAsync(stream)).Content.Length);
        Assert.StartsWith("2", (await story.LogLineAsync()).Text("protocol")?.Split('/')[^1] ?? "none", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WithARequestInProgress_SaysGoodbyeInTwoSteps()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        WireFrame first = await story.Client.ExpectAsync(FrameKind.GoAway);
        Assert.Equal((StreamMax, ErrorCode.NoError), (first.LastStream, first.Error));

        // On its way when the first one came: it is still served.
        uint late = await story.Client.SendRequestAsync(path: "/late");
        WireFrame second = await story.Client.ExpectAsync(FrameKind.GoAway);
        Assert.Equal(ErrorCode.NoError, second.Error);
        Assert.InRange(second.LastStream, stream, late);
        if (second.LastStream == late)
        {
            ScriptedServerConnection another = await story.Upstream.AcceptAsync();
            await another.ServeAsync("late");
            Assert.Equal("late", (await story.Client.ReadResponseAsync(late)).Text);
        }

        await server.RespondAsync("finished");
        Assert.Equal("finished", (await story.Client.ReadResponseAsync(stream)).Text);
        await story.Client.ReadToEndAsync();
        Assert.Equal(ConnectionEnd.Closed, story.Client.End);
        Assert.True(await stopping);
    }

    [Fact]
    public async Task Stop_WithAnIdleConnection_ClosesIt()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        await story.Client.RoundTripAsync();

        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        await story.Client.ExpectGoAwayAsync(ErrorCode.NoError);

        Assert.True(await stopping);
    }

    [Fact]
    public async Task Stop_WithAClientThatDoesNotAnswerThePing_EndsAllTheSame()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        await story.Client.RoundTripAsync();
        story.Client.Answers = false;

        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        await story.Client.ExpectGoAwayAsync(ErrorCode.NoError);

        Assert.Equal(0u, story.Client.GoAway!.LastStream);
        Assert.True(await stopping);
    }

    [Fact]
    public async Task Stop_WhenTheGraceIsOver_EndsWhatIsLeft()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        bool inTime = await story.Proxy.StopAsync(TimeSpan.FromMilliseconds(100));
        await story.Client.ReadToEndAsync();

        Assert.False(inTime);
        Assert.True(story.Client.StreamOf(stream).Head is null || story.Client.StreamOf(stream)[":status"] == "503");
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Connection_Idle_IsClosedInTime()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { KeepAliveTimeoutMs = 1_500 } });
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        await server.RespondAsync();
        await story.Client.ReadResponseAsync(stream);

        await story.Client.ExpectGoAwayAsync(ErrorCode.NoError);

        Assert.Equal(stream, story.Client.GoAway!.LastStream);
    }

    [Fact]
    public async Task Connection_WithManyRequests_IsReplacedWithoutLosingOne()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { RequestsPerConnectionMax = 5 } });
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        int served = 0;
        while (story.Client.GoAway is null)
        {
            await server.RespondAsync();
            Assert.Equal(200, (await story.Client.ReadResponseAsync(stream)).Status);
            served++;
            if (story.Client.GoAway is null)
            {
                stream = await story.Client.SendRequestAsync();
                await server.ReadRequestAsync();
            }
        }

        Assert.InRange(served, 5, 6);
        await story.Client.ExpectGoAwayAsync(ErrorCode.NoError);
        Assert.Equal(stream, story.Client.GoAway.LastStream);
    }

    [Fact]
    public async Task GoAway_OfTheClient_LetsItsRequestsFinish()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        await story.Client.SendAsync(Frames.GoAway(0));
        await story.Client.RoundTripAsync();
        await server.RespondAsync("finished");

        Assert.Equal("finished", (await story.Client.ReadResponseAsync(stream)).Text);
        await story.Client.ReadToEndAsync();
    }

    [Theory]
    [InlineData("no settings", ErrorCode.ProtocolError)]
    [InlineData("settings of 5 bytes", ErrorCode.FrameSizeError)]
    [InlineData("settings on a stream", ErrorCode.ProtocolError)]
    [InlineData("acknowledgement with a payload", ErrorCode.FrameSizeError)]
    [InlineData("push of 2", ErrorCode.ProtocolError)]
    [InlineData("window of 2^31", ErrorCode.FlowControlError)]
    [InlineData("frame size of 16383", ErrorCode.ProtocolError)]
    [InlineData("frame size of 2^24", ErrorCode.ProtocolError)]
    [InlineData("connect protocol of 2", ErrorCode.ProtocolError)]
    [InlineData("ping of 7 bytes", ErrorCode.FrameSizeError)]
    [InlineData("ping on a stream", ErrorCode.ProtocolError)]
    [InlineData("goaway on a stream", ErrorCode.ProtocolError)]
    [InlineData("goaway of 7 bytes", ErrorCode.FrameSizeError)]
    [InlineData("window update of 3 bytes", ErrorCode.FrameSizeError)]
    [InlineData("window update of 0", ErrorCode.ProtocolError)]
    [InlineData("window update on an idle stream", ErrorCode.ProtocolError)]
    [InlineData("reset of 3 bytes", ErrorCode.FrameSizeError)]
    [InlineData("reset of the connection", ErrorCode.ProtocolError)]
    [InlineData("reset of an idle stream", ErrorCode.ProtocolError)]
    [InlineData("data on the connection", ErrorCode.ProtocolError)]
    [InlineData("data on an idle stream", ErrorCode.ProtocolError)]
    [InlineData("data with too much padding", ErrorCode.ProtocolError)]
    [InlineData("headers with too much padding", ErrorCode.ProtocolError)]
    [InlineData("headers on the connection", ErrorCode.ProtocolError)]
    [InlineData("headers on an even stream", ErrorCode.ProtocolError)]
    [InlineData("push promise", ErrorCode.ProtocolError)]
    [InlineData("frame of 16385 bytes", ErrorCode.FrameSizeError)]
    [InlineData("unknown frame of 16385 bytes", ErrorCode.FrameSizeError)]
    [InlineData("priority on the connection", ErrorCode.ProtocolError)]
    [InlineData("priority update on a stream", ErrorCode.ProtocolError)]
    public async Task Frame_ThatBreaksTheConnection_EndsIt(string what, ErrorCode error)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        Http2Peer client = await story.Proxy.ConnectHttp2Async(new Http2PeerOptions { SendsPreface = false });
        await client.TrySendAsync(Frames.Preface);
        if (what != "no settings")
        {
            await client.SendAsync(Frames.Settings());
            await client.RoundTripAsync();
        }

        await client.TrySendAsync(Wrong(what, client.Request().ToArray()));

        await client.ExpectGoAwayAsync(error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    private static byte[] Wrong(string what, byte[] block) => what switch
    {
        "no settings" => Frames.Headers(1, block),
        "settings of 5 bytes" => Frames.Of(FrameKind.Settings, FrameMarks.None, 0, new byte[5]),
        "settings on a stream" => Frames.Of(FrameKind.Settings, FrameMarks.None, 1, []),
        "acknowledgement with a payload" => Frames.Of(FrameKind.Settings, FrameMarks.Ack, 0, new byte[6]),
        "push of 2" => Frames.Settings((SettingKind.EnablePush, 2)),
        "window of 2^31" => Frames.Settings((SettingKind.InitialWindowSize, 1u << 31)),
        "frame size of 16383" => Frames.Settings((SettingKind.MaxFrameSize, 16_383)),
        "frame size of 2^24" => Frames.Settings((SettingKind.MaxFrameSize, 1 << 24)),
        "connect protocol of 2" => Frames.Settings((SettingKind.EnableConnectProtocol, 2)),
        "ping of 7 bytes" => Frames.Of(FrameKind.Ping, FrameMarks.None, 0, new byte[7]),
        "ping on a stream" => Frames.Of(FrameKind.Ping, FrameMarks.None, 1, new byte[8]),
        "goaway on a stream" => Frames.Of(FrameKind.GoAway, FrameMarks.None, 1, new byte[8]),
        "goaway of 7 bytes" => Frames.Of(FrameKind.GoAway, FrameMarks.None, 0, new byte[7]),
        "window update of 3 bytes" => Frames.Of(FrameKind.WindowUpdate, FrameMarks.None, 0, new byte[3]),
        "window update of 0" => Frames.WindowUpdate(0, 0),
        "window update on an idle stream" => Frames.WindowUpdate(1, 10),
        "reset of 3 bytes" => [.. Frames.Of(FrameKind.Reset, FrameMarks.None, 1, new byte[3])],
        "reset of the connection" => Frames.Of(FrameKind.Reset, FrameMarks.None, 0, new byte[4]),
        "reset of an idle stream" => Frames.Of(FrameKind.Reset, FrameMarks.None, 1, new byte[4]),
        "data on the connection" => Frames.Data(0, [1]),
        "data on an idle stream" => Frames.Data(1, [1]),
        "data with too much padding" => Frames.Of(FrameKind.Data, FrameMarks.Padded, 1, [2, 0]),
        "headers with too much padding" => Frames.Of(FrameKind.Headers, FrameMarks.Padded | FrameMarks.EndHeaders, 1, [2, 0]),
        "headers on the connection" => Frames.Headers(0, block),
        "headers on an even stream" => Frames.Headers(2, block),
        "push promise" => Frames.PushPromise(1, 2, block),
        "frame of 16385 bytes" => Frames.Headers(1, new byte[16_385]),
        "unknown frame of 16385 bytes" => Frames.Unknown(0, new byte[16_385]),
        "priority on the connection" => Frames.Priority(0, 1),
        _ => Frames.Of(FrameKind.PriorityUpdate, FrameMarks.None, 1, [0, 0, 0, 1]),
    };
}
