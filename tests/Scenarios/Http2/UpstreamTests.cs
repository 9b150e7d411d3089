using Sluice.Proxy.Plans;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2;

/// <summary>Exchanges with an upstream of HTTP/2. The upstream itself fails on what RFC 9113 forbids a client.</summary>
public sealed class UpstreamTests
{
    private const int LargeBytes = 3 << 20;

    [Fact]
    public async Task Get_IsWrittenAnewForTheUpstream()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(
            "GET /a?b=c HTTP/1.1\r\nHost: Shop.test:8080\r\nAccept: */*\r\nX-Mixed: Value\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers, gzip\r\nCookie: a=1; b=2\r\n\r\n");
        await server.RespondAsync(request.Id, "hello", fields: [("x-a", "1"), ("content-length", "5")]);
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("GET", "http", "/a?b=c"), (request[":method"], request[":scheme"], request[":path"]));
        Assert.Equal("shop.test:8080", request[":authority"], ignoreCase: true);
        Assert.Equal(("*/*", "Value"), (request["accept"], request["x-mixed"]));
        Assert.True(request["host"] is null || request["host"] == request[":authority"]);
        Assert.Null(request["x-hop"]);
        Assert.Equal("a=1; b=2", string.Join("; ", request.Head!.Where(field => field.Key == "cookie").Select(field => field.Value)));
        Assert.True(request.HasEnded);
        Assert.Equal((200, "hello", "1"), (response.Status, response.Text, response["x-a"]));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello", "5")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n", null)]
    [InlineData("Content-Length: 0\r\n\r\n", "0")]
    public async Task Content_OfEachFraming_IsTheSame(string rest, string? length)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Story.Post + rest);
        await server.ReadUntilAsync(() => request.IsOver, "the end of the request");
        await server.RespondAsync(request.Id, "");

        Assert.Equal(length == "0" ? "" : "hello", Bytes.Text(request.Content));
        Assert.Equal(length, request["content-length"]);
        Assert.Equal(length is null ? "1" : null, request.Trailers?.Single(field => field.Key == "x-sum").Value);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Response_WithContentAndTrailers_IsTheSame()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response(103).Add("link", "</a>").ToArray(), end: false));
        HttpResponse interim = await client.ReadHeadAsync();
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().Add("trailer", "grpc-status").ToArray(), end: false), Frames.Data(request.Id, Bytes.Of("hel"), padding: 100));
        HttpResponse head = await client.ReadHeadAsync();
        ContentReader content = client.ContentOf(head);
        await content.ExpectAsync("hel");
        await server.SendAsync(Frames.Data(request.Id, Bytes.Of("lo")), Frames.Headers(request.Id, new FieldBlock().Add("grpc-status", "0").ToArray()));
        byte[] rest = await content.ReadRestAsync();

        Assert.Equal((103, "</a>"), (interim.Status, interim["link"]));
        Assert.Equal(("lo", "0"), (Bytes.Text(rest), content.Trailers.Single(field => field.Key == "grpc-status").Value));
        Assert.True(head.IsChunked);
    }

    [Theory]
    [InlineData("HEAD", 200, "5")]
    [InlineData("GET", 204, null)]
    [InlineData("GET", 304, "5")]
    public async Task Response_WithoutContent_EndsWithItsHead(string method, int status, string? length)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await server.RespondAsync(request.Id, "", status, length is null ? [] : [("content-length", length)]);
        HttpResponse response = await client.ReadResponseAsync(method);

        Assert.Equal((status, 0), (response.Status, response.Content.Length));
        Assert.Equal(length, response["content-length"]);
        Assert.Null((await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Requests_AtOnce_ShareOneConnection()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient first, Http2OriginConnection server, StreamRecord one) = await story.OpenAsync();
        await server.RoundTripAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        StreamRecord two = await server.ReadHeadAsync();

        await server.RespondAsync(two.Id, "two");
        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
        await server.RespondAsync(one.Id, "one");
        Assert.Equal("one", (await first.ReadResponseAsync()).Text);
        Assert.Equal((1u, 3u, 1), (one.Id, two.Id, story.Origin.AcceptedCount));
    }

    [Fact]
    public async Task Requests_MoreThanTheServerAllows_GetAnotherConnection()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient first, Http2OriginConnection server, StreamRecord one) = await story.OpenAsync(Story.Get, (SettingKind.MaxConcurrentStreams, 1));
        await server.RoundTripAsync();
        (ScriptedClient second, Http2OriginConnection another, StreamRecord two) = await story.OpenAsync(Story.Get, (SettingKind.MaxConcurrentStreams, 1));

        await another.RespondAsync(two.Id, "two");
        await server.RespondAsync(one.Id, "one");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
        Assert.Equal("one", (await first.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData(16_384u)]
    [InlineData(65_535u)]
    [InlineData(1u << 20)]
    public async Task Content_Large_BothWays_UnderWindows_IsWhole(uint window)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        byte[] up = new byte[LargeBytes];
        byte[] down = new byte[LargeBytes];
        new Random(1).NextBytes(up);
        new Random(2).NextBytes(down);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Post + $"Content-Length: {LargeBytes}\r\n\r\n");
        Task sending = client.SendAsync(up);

        Http2OriginConnection server = await story.Origin.AcceptAsync((SettingKind.InitialWindowSize, window));
        (uint stream, HttpRequest request) = await server.ReadRequestAsync();
        await sending;
        Task responding = server.RespondAsync(stream, Bytes.Text(down));
        HttpResponse response = await client.ReadResponseAsync();
        await responding;

        Assert.Equal(up, request.Content);
        Assert.Equal(down, response.Content);
    }

    [Fact]
    public async Task ClientGone_ResetsTheStreamAlone()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord one) = await story.OpenAsync();
        await server.RoundTripAsync();
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Story.Get);
        StreamRecord two = await server.ReadHeadAsync();

        client.Reset();

        await server.ExpectResetAsync(one.Id, ErrorCode.Cancel);
        await server.RespondAsync(two.Id, "fine");
        Assert.Equal("fine", (await second.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData(ErrorCode.InternalError)]
    [InlineData(ErrorCode.Cancel)]
    [InlineData(ErrorCode.ProtocolError)]
    public async Task ServerReset_WithinItsResponse_IsSeenByTheClient(ErrorCode error)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false), Frames.Data(request.Id, Bytes.Of("hello")));
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        await content.ExpectAsync("hello");

        await server.SendAsync(Frames.Reset(request.Id, error));

        Assert.Empty(await content.ReadTruncatedAsync());
        Assert.NotNull((await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task ServerReset_BeforeItsResponse_GivesA502()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.InternalError));

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Response_BeforeTheRequestIsWhole_IsPassedOn()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Story.Post + "Content-Length: 100\r\n\r\npart");

        // RFC 9113, section 8.1: whole, and then a reset without an error.
        await server.RespondAsync(request.Id, "no", 413);
        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.NoError));
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal((413, "no"), (response.Status, response.Text));
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("POST", false)]
    [InlineData("GET", true)]
    [InlineData("POST", true)]
    public async Task Request_ThatTheServerHasNotActedUpon_IsSentAgain(string method, bool byGoAway)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");

        await server.SendAsync(byGoAway ? Frames.GoAway(0) : Frames.Reset(request.Id, ErrorCode.RefusedStream));
        Http2OriginConnection again = await story.Origin.AcceptAsync();
        StreamRecord second = await again.ReadHeadAsync();
        await again.RespondAsync(second.Id, "again");

        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
        Assert.Equal(2d, (await story.LogLineAsync()).Number("attempts"));
    }

    [Fact]
    public async Task GoAway_LetsWhatItCoversFinish_AndNewRequestsGoElsewhere()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        await server.SendAsync(Frames.GoAway(int.MaxValue));
        await server.RoundTripAsync();
        (ScriptedClient second, Http2OriginConnection another, StreamRecord two) = await story.OpenAsync();
        await another.RespondAsync(two.Id, "two");
        await server.SendAsync(Frames.GoAway(request.Id));
        await server.RespondAsync(request.Id, "one");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        await server.ReadToEndAsync();
    }

    [Fact]
    public async Task Connection_ThatDiedWhileIdle_IsReplaced()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.RespondAsync(request.Id);
        await client.ReadResponseAsync();

        server.Abort();
        await client.SendAsync(Story.Get);
        Http2OriginConnection another = await story.Origin.AcceptAsync();
        await another.ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Settings_AndPings_AreAnswered()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (_, Http2OriginConnection server, _) = await story.OpenAsync(Story.Get, (SettingKind.HeaderTableSize, 0), (SettingKind.EnableConnectProtocol, 1));

        await server.SendAsync(Frames.Settings((SettingKind.MaxFrameSize, 1 << 20)), Frames.Unknown(0, [1]), Frames.Unknown(1, [1]));
        await server.RoundTripAsync();

        Assert.Equal(2, server.Received.Count(frame => frame.Kind == FrameKind.Settings && frame.IsAck));
        Assert.Equal(0u, server.PeerSettings[SettingKind.EnablePush]);
    }

    [Fact]
    public async Task Http2Client_ToHttp2Upstream_HasNothingInBetween()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        Task<uint> sending = client.SendRequestAsync("POST", "/grpc", new byte[100_000], [("te", "trailers"), ("content-type", "application/grpc")], [("x-sum", "1")]);
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        (uint stream, HttpRequest request) = await server.ReadRequestAsync();
        Task responding = server.RespondAsync(stream, new string('x', 100_000), trailers: [("grpc-status", "0")]);
        HttpResponse response = await client.ReadResponseAsync(await sending);
        await responding;

        Assert.Equal(("trailers", "1", 100_000), (request["te"], request.Trailer("x-sum"), request.Content.Length));
        Assert.Equal((100_000, "0"), (response.Content.Length, response.Trailer("grpc-status")));
    }

    [Fact]
    public async Task Http2Client_Reset_ResetsTheStreamAtTheUpstream()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint stream = await client.SendRequestAsync();
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        StreamRecord request = await server.ReadHeadAsync();

        await client.SendAsync(Frames.Reset(stream));

        await server.ExpectResetAsync(request.Id, ErrorCode.Cancel);
    }

    [Theory]
    [InlineData(Http2Mode.Negotiated)]
    [InlineData(Http2Mode.PriorKnowledge)]
    public async Task Upstream_OverTls_IsSpokenWithInHttp2(Http2Mode mode)
    {
        using var authority = new TestAuthority();
        var transcript = new Transcript();
        await using Http2Origin origin = Http2Origin.Start(transcript, authority.Issue("127.0.0.1").ToX509());
        var setup = new ProxySetup { UpstreamHttp2 = mode, UpstreamTls = new() { Trust = new(authority.Pem) } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, origin.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        Http2OriginConnection server = await origin.AcceptAsync();
        HttpRequest request = await server.ServeAsync("secure");

        Assert.Equal("https", request[":scheme"]);
        Assert.Equal("secure", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Stop_WithARequestInProgress_LetsItFinish()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        Task<bool> stopping = story.Proxy.StopAsync(TimeSpan.FromSeconds(4));
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
        await server.RespondAsync(request.Id, "finished");

        Assert.Equal("finished", (await client.ReadResponseAsync()).Text);
        Assert.True(await stopping);
        await server.ReadToEndAsync();
    }
}
