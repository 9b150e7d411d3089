using Sluice.Proxy.Http2;
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
        _origin = Http2Origin.Start(_transcript);
        Start(timeoutMs: 20_000);
        return Task.CompletedTask;
    }

    private void Start(int timeoutMs)
    {
        var canary = new UpstreamPlan { Name = "canary", Servers = [_canaryOrigin.Plan] };
        _proxy = ProxyFixture.Start(
            new ProxySetup
            {
                Limits = new ProxyLimits { FirstByteTimeoutMs = timeoutMs, UpstreamIdleTimeoutMs = timeoutMs, SendTimeoutMs = timeoutMs, InterimBytesMax = 16_384 },
                Pool = new PoolLimits { QueueTimeoutMs = timeoutMs },
                UpstreamHttp2 = Http2Mode.PriorKnowledge,
                Routes =
                [
                    new RoutePlan
                    {
                        Name = "canary", Paths = [new PathMatch("/canary", IsPrefix: false)], Action = new ProxyAction(canary), Limits = new ProxyLimits(),
                    },
                ],
                OtherUpstreams = [canary],
            },
            _transcript,
            _origin.Plan);
        _canary = Canary.Start(_proxy.EndPoint, pause: TimeSpan.FromMilliseconds(20));
    }

    // With limits that are there to be met.
    private async Task RestartAsync(int timeoutMs)
    {
        await _canary.DisposeAsync();
        await _proxy.DisposeAsync();
        Start(timeoutMs);
    }

    public async Task DisposeAsync()
    {
        await _canary.DisposeAsync();
        await _proxy.DisposeAsync();
        await _origin.DisposeAsync();
        await _canaryOrigin.DisposeAsync();
    }

    /// <summary>Responses, and the rules that they break, by their names in the log.</summary>
    public static TheoryData<string, string> BrokenResponses { get; } = new()
    {
        { "CRLF in a value", "invalid_field_value" },
        { "LF in a value", "invalid_field_value" },
        { "NUL in a value", "invalid_field_value" },
        { "blank before a value", "invalid_field_value" },
        { "CRLF in a name", "invalid_field_name" },
        { "upper case", "invalid_field_name" },
        { "space in a name", "invalid_field_name" },
        { "empty name", "empty_field_name" },
        { "no status", "missing_pseudo_field" },
        { "empty status", "empty_pseudo_field" },
        { "status of two digits", "invalid_status_code" },
        { "status of letters", "invalid_status_code" },
        { "status with a reason", "invalid_status_code" },
        { "status of 600", "invalid_status_code" },
        { "status of 1000", "invalid_status_code" },
        { "101", "invalid_status_code" },
        { "status twice", "duplicate_pseudo_field" },
        { "status behind a field", "pseudo_field_after_field" },
        { "unknown pseudo-field", "unknown_pseudo_field" },
        { "request pseudo-field", "unknown_pseudo_field" },
        { "connection", "connection_specific_field" },
        { "keep-alive", "connection_specific_field" },
        { "proxy-connection", "connection_specific_field" },
        { "transfer-encoding", "connection_specific_field" },
        { "upgrade", "connection_specific_field" },
        { "two lengths", "duplicate_content_length" },
        { "length of letters", "invalid_content_length" },
        { "length below 0", "invalid_content_length" },
        { "204 with a length", "framing_without_content" },
        { "data before the head", "upstream_stream_reset" },
        { "interim with END_STREAM", "interim_ends_stream" },
        { "interims without end", "too_many_interim_responses" },
        { "large interims", "too_many_interim_responses" },
        { "content of 304", "content_length_mismatch" },
        { "bytes where there is a length of 0", "content_length_mismatch" },
        { "length and nothing", "content_length_mismatch" },
    };

    [Theory]
    [MemberData(nameof(BrokenResponses))]
    public async Task Response_ThatBreaksHttp2_GivesA502(string what, string rule)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();

        await server.TrySendAsync(Broken(what, request.Id));
        await ExpectBadGatewayAsync(client, rule);

        // Whatever became of the connection, the next request is served.
        await ExpectServiceAsync(server);
    }

    /// <summary>Frames, and the reasons that their connections end for, by their names in messages and metrics.</summary>
    public static TheoryData<string, string> BrokenConnections { get; } = new()
    {
        { "push promise", "unexpected_push" },
        { "push promise on stream 0", "unexpected_push" },
        { "headers on an idle stream", "protocol_error" },
        { "headers on an even stream", "protocol_error" },
        { "data on an idle stream", "protocol_error" },
        { "data on stream 0", "protocol_error" },
        { "continuation alone", "protocol_error" },
        { "frame within a block", "protocol_error" },
        { "large frame", "frame_size_error" },
        { "index behind the table", "compression_error" },
        { "table size above", "compression_error" },
        { "settings of 5 bytes", "frame_size_error" },
        { "window of 2^31", "flow_control_error" },
        { "push enabled", "protocol_error" },
        { "ping of 7 bytes", "frame_size_error" },
        { "window update of 0", "protocol_error" },
        { "window above 2^31-1", "flow_control_error" },
        { "no settings", "protocol_error" },
        { "http1", "frame_size_error" },
    };

    [Theory]
    [MemberData(nameof(BrokenConnections))]
    public async Task Connection_ThatBreaksHttp2_GivesA502AndIsClosed(string what, string reason)
    {
        bool beginsRight = what is not ("no settings" or "http1");
        (ScriptedClient client, Http2OriginConnection server, uint stream) = await OpenAnyhowAsync(beginsRight);
        server.Checks = false;

        await server.TrySendAsync(BrokenFrames(what, stream));

        await ExpectBadGatewayAsync(client, beginsRight ? "upstream_http2_error" : "upstream_http2_failed");
        await server.ReadToEndAsync();
        await ExpectReasonAsync(reason);
        await ExpectServiceAsync(server: null);
    }

    [Theory]
    [InlineData("push promises", "unexpected_push")]
    [InlineData("pings", "ping_flood")]
    [InlineData("settings", "settings_flood")]
    [InlineData("empty data", "empty_frames")]
    [InlineData("tiny data", "tiny_data")]
    [InlineData("tiny window updates", "window_update_flood")]
    [InlineData("continuations", "continuation_flood")]
    [InlineData("large continuations", "header_list_too_large")]
    [InlineData("unknown frames", "unknown_frames")]
    [InlineData("interim responses", "stream_closed")]
    public async Task Frames_WithoutEnd_EndTheConnection(string kind, string reason)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync();
        long before = ManagedMemory.Bytes;

        (byte[] once, byte[] flood) = Flood(kind, request.Id);
        server.Answers = false;
        server.Checks = false;
        await server.TrySendAsync(once);
        Task reading = server.ReadToEndAsync();
        await server.FloodAsync(Frames.Repeat(flood, 100), 1_000);
        await reading;

        HttpResponse response = await client.ReadHeadAsync();
        Assert.True(response.Status == 502 || kind is "empty data" or "tiny data" or "interim responses", response.ToString());
        await ExpectReasonAsync(reason);
        await ManagedMemory.ExpectRiseAsync(before, MemoryMax);
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
            await ExpectBadGatewayAsync(client, count > 200 ? "too_many_fields" : "fields_too_large");
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
    [InlineData("too much", "content_length_mismatch")]
    [InlineData("too little", "content_length_mismatch")]
    [InlineData("too little, with trailers", "content_length_mismatch")]
    [InlineData("head again", "pseudo_field_after_field")]
    [InlineData("trailers without END_STREAM", "response_truncated")]
    [InlineData("pseudo-field in trailers", "pseudo_field_after_field")]
    [InlineData("CRLF in trailers", "invalid_field_value")]
    public async Task Content_ThatIsNotAsTheHeadSays_NeverLooksWhole(string what, string rule)
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
        Assert.Equal(rule, await ReasonAsync());
        await ExpectServiceAsync(server);
    }

    [Fact]
    public async Task Content_InTheAnswerToHead_IsNotPassedOn()
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync(Get.Replace("GET", "HEAD", StringComparison.Ordinal));

        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false), Frames.Data(request.Id, Bytes.Of(Poison), end: true));

        Assert.Equal(502, (await client.ReadResponseAsync("HEAD")).Status);
        await server.ExpectResetAsync(request.Id, ErrorCode.ProtocolError);
        Assert.Equal("content_length_mismatch", await ReasonAsync());
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
        void Count() => Interlocked.Increment(ref attempts);
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
            refusing.Add(RefuseAllAsync(servers[^1], byGoAway, Count));
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
        await RestartAsync(timeoutMs: 1_500);
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
        await RestartAsync(timeoutMs: 2_000);
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

        // What each song leaves in logs and records is no matter of the settings, but would be more than they may cost once it took long enough.
        await _canary.DisposeAsync();
        long before = ManagedMemory.Bytes;

        await server.SendAsync(Frames.Settings(
            (SettingKind.HeaderTableSize, uint.MaxValue), (SettingKind.MaxFrameSize, 16_777_215), (SettingKind.InitialWindowSize, int.MaxValue), (SettingKind.MaxConcurrentStreams, uint.MaxValue)));
        await server.RoundTripAsync();
        await server.RespondAsync(request.Id);

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        await ManagedMemory.ExpectRiseAsync(before, 1 << 20);
    }

    private static async Task RefuseAllAsync(Http2OriginConnection server, bool byGoAway, Action count)
    {
        var refused = new HashSet<uint>();
        server.StepTimeout = TimeSpan.FromSeconds(60);
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
            "LF in a value" => Respond(("x-a", "b\nc")),
            "blank before a value" => Respond(("x-a", " b")),
            "upper case" => Respond(("X-A", "b")),
            "space in a name" => Respond(("x a", "b")),
            "empty name" => Respond(("", "b")),
            "no status" => Only(("x-a", Poison)),
            "empty status" => Only((":status", "")),
            "status with a reason" => Only((":status", "200 OK")),
            "status of 600" => Only((":status", "600")),
            "status of two digits" => Only((":status", "20")),
            "status of letters" => Only((":status", "2x0")),
            "status of 1000" => Only((":status", "1000")),
            "status twice" => Only((":status", "200"), (":status", "200")),
            "status behind a field" => Only(("x-a", Poison), (":status", "200")),
            "unknown pseudo-field" => Only((":status", "200"), (":foo", "bar")),
            "request pseudo-field" => Only((":status", "200"), (":path", "/")),
            "connection" => Respond(("connection", "close")),
            "keep-alive" => Respond(("keep-alive", "1")),
            "proxy-connection" => Respond(("proxy-connection", "close")),
            "transfer-encoding" => Respond(("transfer-encoding", "chunked")),
            "upgrade" => Respond(("upgrade", "h2c")),
            "101" => Only((":status", "101")),
            "two lengths" => Respond(("content-length", "0"), ("content-length", "1")),
            "length of letters" => Respond(("content-length", "x")),
            "length below 0" => Respond(("content-length", "-1")),
            "204 with a length" => Only((":status", "204"), ("content-length", "5")),
            "content of 304" => [.. Frames.Headers(stream, FieldBlock.Response(304).ToArray(), end: false), .. Frames.Data(stream, Bytes.Of(Poison), end: true)],
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
            "tiny data" => (head, Frames.Data(stream, [1])),
            "tiny window updates" => ([], Frames.WindowUpdate(0, 1)),
            "continuations" => (open, Frames.Continuation(stream, [], end: false)),
            "large continuations" => (open, Frames.Continuation(stream, new FieldBlock().Add("x-large", new string('x', 16_000)).ToArray(), end: false)),
            "unknown frames" => ([], Frames.Unknown(0, [1])),
            _ => ([], Frames.Headers(stream, FieldBlock.Response(103).Add("link", "</a>").ToArray(), end: false)),
        };
    }

    private async Task<(ScriptedClient Client, Http2OriginConnection Server, StreamRecord Request)> OpenAsync(string request = Get)
    {
        ScriptedClient client = await _proxy.ConnectAsync();
        await client.SendAsync(request);
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

    private async Task ExpectBadGatewayAsync(ScriptedClient client, string reason)
    {
        HttpResponse response = await client.ReadHeadAsync();
        while (response.Status == 103)
        {
            response = await client.ReadHeadAsync();
        }

        byte[] content = await client.ContentOf(response).ReadRestAsync();
        Assert.Equal(502, response.Status);
        Assert.DoesNotContain(Poison, response.ToString() + Bytes.Text(content) + Bytes.Text(client.Unread), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(reason, await ReasonAsync());
    }

    // The rule that was broken, or what else ended the request, as the log says.
    private async Task<string?> ReasonAsync()
    {
        AccessLogEntry line = (await _proxy.AccessLog.WaitForAsync(entry => entry.Path == "/victim"))[0];
        return line.Text("detail") ?? line.Error;
    }

    // Why the connection was ended, as messages and metrics say.
    private async Task ExpectReasonAsync(string reason)
    {
        string line = await _proxy.Messages.WaitForAsync("it broke HTTP/2");
        Assert.Contains($": {reason}", line, StringComparison.Ordinal);
        Assert.Equal([reason], Http2Faults.All.Where(fault => _proxy.Server.UpstreamHttp2FaultsOf(fault) > 0).Select(Http2Faults.NameOf));
    }

    // On the same connection, where the proxy left it open, or on another.
    private async Task ExpectServiceAsync(Http2OriginConnection? server)
    {
        ScriptedClient client = await _proxy.ConnectAsync("next");
        await client.SendAsync("GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Http2OriginConnection serving = await NextServerAsync(server);
        await serving.ServeAsync("fine");
        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        await _canary.ExpectAliveAsync();
        Assert.Empty(_canary.Failures);
        _proxy.ExpectNoBugs();
    }

    // Whichever gets the request; the other one goes on waiting.
    private async Task<Http2OriginConnection> NextServerAsync(Http2OriginConnection? server)
    {
        Task<Http2OriginConnection> accepting = AcceptAskedAsync();
        if (server is null)
        {
            return await accepting;
        }

        Task<bool> asking = IsAskedAsync(server);
        return await Task.WhenAny(asking, accepting) == asking && await asking ? server : await accepting;
    }

    private async Task<Http2OriginConnection> AcceptAskedAsync()
    {
        Http2OriginConnection server = await _origin.AcceptAsync();
        await server.ReadUntilAsync(() => server.Streams.Values.Any(stream => stream.Head is not null), "a request");
        return server;
    }

    private static async Task<bool> IsAskedAsync(Http2OriginConnection server)
    {
        int before = server.Streams.Count;
        while (server.Streams.Count == before && await server.ReadFrameAsync() is not null)
        {
        }

        return server.Streams.Count > before;
    }
}
