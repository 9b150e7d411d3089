using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Upstreams;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>H2-53 to H2-58: servers of HTTP/2 that break it, flood, or break off. The client gets a 502 or the same request is tried elsewhere, and nothing of what is broken.</summary>
[Collection(AttackGroup.Name)]
public sealed class UpstreamAttackTests : IAsyncLifetime
{
    private const string Get = "GET /victim HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Poison = "poison";
    private const long MemoryMax = 32 << 20;

    private readonly Transcript _transcript = new();
    private readonly RecordingUpstream _canaryOrigin = RecordingUpstream.Start("canary");
    private Http2Origin _origin = null!;
    private ProxyFixture _proxy = null!;
    private Canary _canary = null!;

    public Task InitializeAsync()
    {
        var canary = new UpstreamPlan { Name = "canary", Servers = [_canaryOrigin.Plan] };
        _origin = Http2Origin.Start(_transcript);
        _proxy = ProxyFixture.Start(
            new ProxySetup
            {
                Limits = new ProxyLimits { UpstreamIdleTimeoutMs = 800, FirstByteTimeoutMs = 800, InterimBytesMax = 16_384 },
                Pool = new PoolLimits { QueueTimeoutMs = 800 },
                UpstreamHttp2 = Http2Mode.PriorKnowledge,
                Routes = [new RoutePlan { Name = "canary", Paths = [new PathMatch("/canary", IsPrefix: false)], Action = new ProxyAction(canary) }],
                OtherUpstreams = [canary],
            },
            _transcript,
            _origin.Plan);
        _canary = Canary.Start(_proxy.EndPoint, pause: TimeSpan.FromMilliseconds(20));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _canary.DisposeAsync();
        await _proxy.DisposeAsync();
        await _origin.DisposeAsync();
        await _canaryOrigin.DisposeAsync();
    }

    public static TheoryData<string> BrokenResponses =>
    [
        "CRLF in a value", "CRLF in a name", "NUL in a value", "upper case", "space in a name", "empty name", "no status", "status of two digits", "status of letters", "status of 1000",
        "status twice", "status behind a field", "unknown pseudo-field", "request pseudo-field", "connection", "transfer-encoding", "upgrade", "101", "two lengths", "length of letters",
        "data before the head", "interim with END_STREAM", "interims without end", "large interims", "bytes where there is a length of 0", "length and nothing",
    ];

    [Theory]
    [MemberData(nameof(BrokenResponses))]
    public async Task Response_ThatBreaksHttp2_GivesA502(string what)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();

        await server.TrySendAsync(Broken(what, request.Id));
        await ExpectBadGatewayAsync(client);

        // Whatever became of the connection, the next request is served.
        await ExpectServiceAsync(server);
    }

    public static TheoryData<string> BrokenConnections =>
    [
        "push promise", "push promise on stream 0", "headers on an idle stream", "headers on an even stream", "data on an idle stream", "data on stream 0", "continuation alone",
        "frame within a block", "large frame", "index behind the table", "table size above", "settings of 5 bytes", "window of 2^31", "push enabled", "ping of 7 bytes",
        "window update of 0", "window above 2^31-1", "no settings", "http1", "closes",
    ];

    [Theory]
    [MemberData(nameof(BrokenConnections))]
    public async Task Connection_ThatBreaksHttp2_GivesA502AndIsClosed(string what)
    {
        (ScriptedClient client, Http2OriginConnection server, uint stream) = await OpenAnyhowAsync(beginsRight: what is not ("no settings" or "http1"));
        server.Checks = false;

        await server.TrySendAsync(BrokenFrames(what, stream));
        if (what == "closes")
        {
            server.Abort();
        }

        await ExpectBadGatewayAsync(client);
        if (what != "closes")
        {
            await server.ReadToEndAsync();
        }

        await ExpectServiceAsync(server: null);
    }

    [Theory]
    [InlineData("push promises")]
    [InlineData("pings")]
    [InlineData("settings")]
    [InlineData("empty data")]
    [InlineData("tiny window updates")]
    [InlineData("continuations")]
    [InlineData("large continuations")]
    [InlineData("unknown frames")]
    [InlineData("interim responses")]
    public async Task Frames_WithoutEnd_EndTheConnection(string kind)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);

        (byte[] once, byte[] flood) = Flood(kind, request.Id);
        server.Answers = false;
        server.Checks = false;
        await server.TrySendAsync(once);
        Task reading = server.ReadToEndAsync();
        await server.FloodAsync(Frames.Repeat(flood, 100), 1_000);
        await reading;

        HttpResponse response = await client.ReadHeadAsync();
        Assert.True(response.Status == 502 || kind is "empty data" or "interim responses", response.ToString());
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MemoryMax);
        await ExpectServiceAsync(server: null);
    }

    [Theory]
    [InlineData("head", 4_000, 20)]
    [InlineData("head", 10, 1_000)]
    [InlineData("trailers", 4_000, 20)]
    [InlineData("trailers", 10, 1_000)]
    public async Task Fields_AboveTheLimits_AreRefused(string where, int valueBytes, int count)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();
        FieldBlock block = (where == "head" ? FieldBlock.Response() : new FieldBlock()).AddIncremental("x-large", new string('p', valueBytes)).Indexed(62, count);

        if (where == "head")
        {
            await server.TrySendAsync(Frames.Headers(request.Id, block.ToArray()));
            await ExpectBadGatewayAsync(client);
        }
        else
        {
            await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false), Frames.Data(request.Id, Bytes.Of("hello")));
            ContentReader content = client.ContentOf(await client.ReadHeadAsync());
            await content.ExpectAsync("hello");
            await server.TrySendAsync(Frames.Headers(request.Id, block.ToArray()));
            Assert.Empty(await content.ReadTruncatedAsync());
        }

        await ExpectServiceAsync(server);
    }

    [Theory]
    [InlineData("too much")]
    [InlineData("too little")]
    [InlineData("too little, with trailers")]
    [InlineData("head again")]
    [InlineData("trailers without END_STREAM")]
    [InlineData("pseudo-field in trailers")]
    [InlineData("CRLF in trailers")]
    public async Task Content_ThatIsNotAsTheHeadSays_NeverLooksWhole(string what)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();
        bool hasLength = what.StartsWith("too", StringComparison.Ordinal);
        FieldBlock head = hasLength ? FieldBlock.Response().Add("content-length", "10") : FieldBlock.Response();
        await server.SendAsync(Frames.Headers(request.Id, head.ToArray(), end: false), Frames.Data(request.Id, Bytes.Of("hello")));
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        await content.ExpectAsync("hello");

        await server.TrySendAsync(what switch
        {
            "too much" => Frames.Data(request.Id, Bytes.Of("worldpoison"), end: true),
            "too little" => Frames.Data(request.Id, [], end: true),
            "too little, with trailers" => Frames.Headers(request.Id, new FieldBlock().Add("x-a", "b").ToArray()),
            "head again" => Frames.Headers(request.Id, FieldBlock.Response().Add("x-a", Poison).ToArray()),
            "trailers without END_STREAM" => Frames.Headers(request.Id, new FieldBlock().Add("x-a", Poison).ToArray(), end: false),
            "pseudo-field in trailers" => Frames.Headers(request.Id, new FieldBlock().Add(":path", Poison).ToArray()),
            _ => Frames.Headers(request.Id, new FieldBlock().Add("x-a", "b\r\nx-b: poison").ToArray()),
        });

        string rest = Bytes.Text(await content.ReadTruncatedAsync());
        Assert.DoesNotContain(Poison, rest, StringComparison.Ordinal);
        Assert.NotNull((await _proxy.AccessLog.WaitForAsync(entry => entry.Path == "/victim"))[0].Error);
        await ExpectServiceAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refusals_WithoutEnd_AreNotTriedWithoutEnd(bool byGoAway)
    {
        ScriptedClient client = await _proxy.ConnectAsync();
        await client.SendAsync(Get);
        Task<HttpResponse> reading = client.ReadResponseAsync();

        // Whichever connection it comes on next: there are new ones, and the old ones.
        int attempts = 0;
        var servers = new List<Http2OriginConnection>();
        var refusing = new List<Task>();
        while (true)
        {
            Task<Http2OriginConnection> accepting = _origin.AcceptAsync();
            if (await Task.WhenAny(accepting, reading) == reading)
            {
                break;
            }

            servers.Add(await accepting);
            refusing.Add(RefuseAllAsync(servers[^1], byGoAway, () => attempts++));
        }

        Assert.Equal(503, (await reading).Status);
        Assert.InRange(attempts, 1, 5);
        Assert.Equal("upstream_refused", (await _proxy.AccessLog.WaitForAsync(entry => entry.Path == "/victim"))[0].Error);
        await _canary.ExpectAliveAsync();
        servers.ForEach(server => server.Abort());
        await Task.WhenAll(refusing);
    }

    [Fact]
    public async Task Streams_ThatTheServerNeverAllows_AreWaitedForInTime()
    {
        ScriptedClient warm = await _proxy.ConnectAsync("warm");
        await warm.SendAsync(Get);
        Http2OriginConnection server = await _origin.AcceptAsync((SettingKind.MaxConcurrentStreams, 0));
        Task reading = server.ReadToEndAsync();

        // The first request may have left before the proxy knew. The next ones must not, and not wait for ever.
        HttpResponse first = await warm.ReadResponseAsync();
        Assert.InRange(first.Status, 502, 504);
        ScriptedClient client = await _proxy.ConnectAsync();
        await client.SendAsync(Get);
        HttpResponse response = await client.ReadResponseAsync();

        Assert.InRange(response.Status, 502, 504);
        Assert.InRange(_origin.AcceptedCount, 1, 5);
        server.Abort();
        await reading;
        await _canary.ExpectAliveAsync();
    }

    [Fact]
    public async Task Content_AboveTheProxysWindow_EndsTheConnection()
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();
        server.Checks = false;
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false));
        await client.ReadHeadAsync();

        // The client reads nothing, so that nothing is given back; the kernel's buffers may take some megabytes before.
        Task flooding = server.FloodAsync(Frames.Data(request.Id, new byte[16_384]), 2_000);
        StreamRecord record = server.StreamOf(request.Id);
        await server.ReadUntilAsync(() => server.GoAway is not null || record.Reset is not null, "a refusal");

        Assert.Equal(ErrorCode.FlowControlError, server.GoAway?.Error ?? record.Reset);
        server.Abort();
        await flooding;
        await _canary.ExpectAliveAsync();
    }

    [Fact]
    public async Task Upload_ThatTheServerNeverTakes_EndsInTime()
    {
        ScriptedClient client = await _proxy.ConnectAsync();
        await client.SendAsync("POST /victim HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000000\r\n\r\n");
        Http2OriginConnection server = await _origin.AcceptAsync((SettingKind.InitialWindowSize, 0));
        await server.ReadHeadAsync();

        // More than the window it may have begun with.
        Task<bool> sending = client.TrySendAsync(new byte[1_000_000]);
        HttpResponse response = await client.ReadResponseAsync("POST");

        Assert.InRange(response.Status, 502, 504);
        client.Close();
        await Task.WhenAny(sending);
        await _canary.ExpectAliveAsync();
    }

    [Fact]
    public async Task Settings_ThatAskForMuch_AreNoReasonToKeepMuch()
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await server.SendAsync(Frames.Settings(
            (SettingKind.HeaderTableSize, uint.MaxValue), (SettingKind.MaxFrameSize, 16_777_215), (SettingKind.InitialWindowSize, int.MaxValue), (SettingKind.MaxConcurrentStreams, uint.MaxValue)));
        await server.RoundTripAsync();
        await server.RespondAsync(request.Id);

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);
    }

    private static async Task RefuseAllAsync(Http2OriginConnection server, bool byGoAway, Action count)
    {
        var refused = new HashSet<uint>();
        server.StepTimeout = TimeSpan.FromSeconds(30);
        while (await server.ReadFrameAsync() is { } frame)
        {
            if (frame.Kind == FrameKind.Headers && refused.Add(frame.Stream))
            {
                count();
                await server.TrySendAsync(byGoAway ? Frames.GoAway(0) : Frames.Reset(frame.Stream, ErrorCode.RefusedStream));
            }
        }
    }

    private static byte[] Broken(string what, uint stream)
    {
        byte[] Respond(params (string Name, string Value)[] fields) => Frames.Headers(stream, FieldBlock.Response().Add("x-first", Poison).Add(fields).ToArray());
        byte[] Only(params (string Name, string Value)[] fields) => Frames.Headers(stream, new FieldBlock().Add(fields).ToArray());
        byte[] interim = Frames.Headers(stream, FieldBlock.Response(103).Add("link", "</a>").ToArray(), end: false);
        return what switch
        {
            "CRLF in a value" => Respond(("x-a", "b\r\nx-b: c")),
            "CRLF in a name" => Respond(("x-a\r\nx-b", "c")),
            "NUL in a value" => Respond(("x-a", "b\0c")),
            "upper case" => Respond(("X-A", "b")),
            "space in a name" => Respond(("x a", "b")),
            "empty name" => Respond(("", "b")),
            "no status" => Only(("x-a", Poison)),
            "status of two digits" => Only((":status", "20")),
            "status of letters" => Only((":status", "2x0")),
            "status of 1000" => Only((":status", "1000")),
            "status twice" => Only((":status", "200"), (":status", "200")),
            "status behind a field" => Only(("x-a", Poison), (":status", "200")),
            "unknown pseudo-field" => Only((":status", "200"), (":foo", "bar")),
            "request pseudo-field" => Only((":status", "200"), (":path", "/")),
            "connection" => Respond(("connection", "close")),
            "transfer-encoding" => Respond(("transfer-encoding", "chunked")),
            "upgrade" => Respond(("upgrade", "h2c")),
            "101" => Only((":status", "101")),
            "two lengths" => Respond(("content-length", "0"), ("content-length", "1")),
            "length of letters" => Respond(("content-length", "x")),
            "data before the head" => Frames.Data(stream, Bytes.Of(Poison)),
            "interim with END_STREAM" => Only((":status", "103")),
            "interims without end" => Frames.Repeat(interim, 200),
            "large interims" => Frames.Repeat(Frames.Headers(stream, FieldBlock.Response(103).Add("link", new string('x', 4_000)).ToArray(), end: false), 15),
            "bytes where there is a length of 0" => [.. Frames.Headers(stream, FieldBlock.Response().Add("content-length", "0").ToArray(), end: false), .. Frames.Data(stream, Bytes.Of(Poison), end: true)],
            _ => Respond(("content-length", "5")),
        };
    }

    private static byte[] BrokenFrames(string what, uint stream)
    {
        byte[] head = FieldBlock.Response().ToArray();
        return what switch
        {
            "push promise" => Frames.PushPromise(stream, 2, FieldBlock.Request().ToArray()),
            "push promise on stream 0" => Frames.PushPromise(0, 2, FieldBlock.Request().ToArray()),
            "headers on an idle stream" => Frames.Headers(stream + 100, head),
            "headers on an even stream" => Frames.Headers(2, head),
            "data on an idle stream" => Frames.Data(stream + 100, [1]),
            "data on stream 0" => Frames.Data(0, [1]),
            "continuation alone" => Frames.Continuation(stream, head, end: true),
            "frame within a block" => [.. Frames.OpenHeaders(stream, head), .. Frames.Ping()],
            "large frame" => Frames.Data(stream, new byte[16_385]),
            "index behind the table" => Frames.Headers(stream, [0x88, 0xBE]),
            "table size above" => Frames.Headers(stream, [.. new FieldBlock().TableSize(100_000).ToArray(), .. head]),
            "settings of 5 bytes" => Frames.Of(FrameKind.Settings, FrameMarks.None, 0, new byte[5]),
            "window of 2^31" => Frames.Settings((SettingKind.InitialWindowSize, 1u << 31)),
            "push enabled" => Frames.Settings((SettingKind.EnablePush, 1)),
            "ping of 7 bytes" => Frames.Of(FrameKind.Ping, FrameMarks.None, 0, new byte[7]),
            "window update of 0" => Frames.WindowUpdate(0, 0),
            "window above 2^31-1" => Frames.Repeat(Frames.WindowUpdate(0, int.MaxValue), 2),
            "no settings" => Frames.Headers(stream, head),
            "http1" => Bytes.Of("HTTP/1.1 400 Bad Request\r\nContent-Length: 6\r\n\r\npoison"),
            _ => [],
        };
    }

    private static (byte[] Once, byte[] Flood) Flood(string kind, uint stream)
    {
        byte[] head = Frames.Headers(stream, FieldBlock.Response().ToArray(), end: false);
        byte[] open = Frames.OpenHeaders(stream, FieldBlock.Response().ToArray());
        return kind switch
        {
            "push promises" => ([], Frames.PushPromise(stream, 2, FieldBlock.Request().ToArray())),
            "pings" => ([], Frames.Ping()),
            "settings" => ([], Frames.Settings()),
            "empty data" => (head, Frames.Data(stream, [])),
            "tiny window updates" => ([], Frames.WindowUpdate(0, 1)),
            "continuations" => (open, Frames.Continuation(stream, [], end: false)),
            "large continuations" => (open, Frames.Continuation(stream, new FieldBlock().Add("x-large", new string('x', 16_000)).ToArray(), end: false)),
            "unknown frames" => ([], Frames.Unknown(0, [1])),
            _ => ([], Frames.Headers(stream, FieldBlock.Response(103).Add("link", "</a>").ToArray(), end: false)),
        };
    }

    private async Task<(ScriptedClient Client, Http2OriginConnection Server, StreamRecord Request)> OpenAsync()
    {
        ScriptedClient client = await _proxy.ConnectAsync();
        await client.SendAsync(Get);
        Http2OriginConnection server = await _origin.AcceptAsync();
        return (client, server, await server.ReadHeadAsync());
    }

    // Requests wait for the server's SETTINGS; without them there is none to read.
    private async Task<(ScriptedClient Client, Http2OriginConnection Server, uint Stream)> OpenAnyhowAsync(bool beginsRight)
    {
        if (beginsRight)
        {
            (ScriptedClient asking, Http2OriginConnection asked, StreamRecord request) = await OpenAsync();
            return (asking, asked, request.Id);
        }

        ScriptedClient client = await _proxy.ConnectAsync();
        await client.SendAsync(Get);
        return (client, await _origin.AcceptSilentlyAsync(), 1);
    }

    private async Task ExpectBadGatewayAsync(ScriptedClient client)
    {
        HttpResponse response = await client.ReadHeadAsync();
        while (response.Status == 103)
        {
            response = await client.ReadHeadAsync();
        }

        byte[] content = await client.ContentOf(response).ReadRestAsync();
        Assert.Equal(502, response.Status);
        Assert.DoesNotContain(Poison, response.ToString() + Bytes.Text(content) + Bytes.Text(client.Unread), StringComparison.OrdinalIgnoreCase);
        AccessLogEntry line = (await _proxy.AccessLog.WaitForAsync(entry => entry.Path == "/victim"))[0];
        Assert.NotNull(line.Error);
    }

    // On the same connection, where the proxy left it open, or on another.
    private async Task ExpectServiceAsync(Http2OriginConnection? server)
    {
        ScriptedClient client = await _proxy.ConnectAsync("next");
        await client.SendAsync("GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
        bool isSame = server is not null && await IsAskedAsync(server);
        Http2OriginConnection serving = isSame ? server! : await _origin.AcceptAsync();
        await serving.ServeAsync("fine");
        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        await _canary.ExpectAliveAsync();
        Assert.Empty(_canary.Failures);
        _proxy.ExpectNoBugs();
    }

    private static async Task<bool> IsAskedAsync(Http2OriginConnection server)
    {
        int before = server.Streams.Count;
        TimeSpan timeout = server.StepTimeout;
        server.StepTimeout = TimeSpan.FromMilliseconds(500);
        try
        {
            while (server.Streams.Count == before && await server.ReadFrameAsync() is not null)
            {
            }
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            server.StepTimeout = timeout;
        }

        return server.Streams.Count > before;
    }
}
