using System.Text;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>What clients of either version get of a response over HTTP/2 (RFC 9113, section 8.3.2).</summary>
public sealed class ResponseTests
{
    [Fact]
    public async Task Response_ToHttp1_HasAReasonAndChunks()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Forwarded = new ForwardedPlan { Via = true } });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        await server.RespondAsync(request.Id, "hello", 404, [("x-one", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]);

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal(("HTTP/1.1 404 Not Found", "hello", true, "1"), (response.StartLine, response.Text, response.IsChunked, response["X-One"]));
        Assert.Equal(["a=1", "b=2"], response.All("Set-Cookie"));
        Assert.Equal("2.0 sluice", response["Via"]);
        Assert.True(response.Has("Date"));
    }

    [Fact]
    public async Task Length_IsKept_AndContentIsOneWithTheHead()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        await server.RespondAsync(request.Id, "hello", fields: [("content-length", "5")]);

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal(("5", "hello"), (response["Content-Length"], response.Text));
    }

    [Theory]
    [InlineData("GET", 200, null, "0")]
    [InlineData("GET", 204, null, null)]
    [InlineData("GET", 304, null, null)]
    [InlineData("GET", 304, "5", "5")]
    [InlineData("HEAD", 200, null, null)]
    [InlineData("HEAD", 200, "5", "5")]
    public async Task ResponseWithoutContent_ToHttp1_EndsWithItsHead(string method, int status, string? sent, string? length)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await server.RespondAsync(request.Id, "", status, sent is null ? [] : [("content-length", sent)]);

        HttpResponse response = await client.ReadResponseAsync(method);
        Assert.Equal((status, length, false), (response.Status, response["Content-Length"], response.Has("Transfer-Encoding")));
        await client.SendAsync(Story.Get);
        await server.ServeAsync("next");
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-63")]
    [Fact]
    public async Task TrailersOnly_ToHttp2_StaysOneFrameWithoutALength()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer client = await story.ConnectHttp2Async();
        uint stream = await client.SendRequestAsync("POST", "/rpc", "x"u8.ToArray());
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        (uint atServer, _) = await server.ReadRequestAsync();

        await server.RespondAsync(atServer, "", fields: [("content-type", "application/grpc"), ("grpc-status", "5")]);

        HttpResponse response = await client.ReadResponseAsync(stream);
        Assert.Equal(("5", null), (response["grpc-status"], response["content-length"]));
        Assert.Equal((1, 0), (client.StreamOf(stream).Sections.Count, client.StreamOf(stream).DataFrames));
    }

    [Fact]
    public async Task Trailers_ReachBothVersions()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync("GET / HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\n\r\n");
        await server.RespondAsync(request.Id, "content", trailers: [("x-sum", "7"), ("content-length", "9")]);
        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal(("content", "7", null), (response.Text, response.Trailer("x-sum"), response.Trailer("content-length")));

        Http2Peer other = await story.ConnectHttp2Async("other");
        uint stream = await other.SendRequestAsync();
        request = await server.ReadHeadAsync();
        await server.RespondAsync(request.Id, "content", trailers: [("x-sum", "8")]);
        response = await other.ReadResponseAsync(stream);
        Assert.Equal(("content", "8"), (response.Text, response.Trailer("x-sum")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InterimResponses_AllPassOn_HoweverTheyCome(bool atOnce)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        byte[][] frames =
        [
            Frames.Headers(request.Id, FieldBlock.Response(103).Add("link", "</a>").ToArray(), end: false),
            Frames.Headers(request.Id, FieldBlock.Response(103).Add("link", "</b>").ToArray(), end: false),
            Frames.Headers(request.Id, FieldBlock.Response(200).Add("x-final", "1").ToArray(), end: false),
            Frames.Data(request.Id, "done"u8, end: true),
        ];
        foreach (byte[][] part in atOnce ? [frames] : frames.Select(frame => new[] { frame }))
        {
            await server.SendAsync(part);
            await server.RoundTripAsync();
        }

        HttpResponse first = await client.ReadHeadAsync();
        HttpResponse second = await client.ReadHeadAsync();
        HttpResponse final = await client.ReadResponseAsync();
        Assert.Equal((103, "</a>", 103, "</b>"), (first.Status, first["Link"], second.Status, second["Link"]));
        Assert.Equal((200, "1", "done"), (final.Status, final["X-Final"], final.Text));
    }

    [Trait("Case", "U-37")]
    [Fact]
    public async Task InterimResponses_MoreThanAClientTakes_AreA502()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxyLimits { InterimResponsesMax = 500, InterimBytesMax = int.MaxValue });
        ScriptedClient client = await story.Proxy.ConnectAsync(receiveBufferBytes: 4_096);
        await client.SendAsync(Story.Get);
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        StreamRecord request = await server.ReadHeadAsync();

        // The client takes nothing meanwhile: one of them waits to be sent, and each takes the place of the one behind it.
        byte[] interim = Frames.Headers(request.Id, FieldBlock.Response(103).Add("link", new string('x', 16_000)).ToArray(), end: false);
        Task flooding = server.FloodAsync(interim, 600);
        await server.ExpectResetAsync(request.Id, ErrorCode.ProtocolError);
        HttpResponse response;
        do
        {
            response = await client.ReadHeadAsync();
        }
        while (response.Status == 103);

        Assert.Equal((502, "too_many_interim_responses"), (response.Status, (await story.LogLineAsync()).Error));
        await flooding;
    }

    [Fact]
    public async Task Content_IsPassedOnAsItComes()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().Add("content-type", "text/event-stream").ToArray(), end: false));
        HttpResponse head = await client.ReadHeadAsync();
        Assert.Equal(200, head.Status);
        await server.SendAsync(Frames.Data(request.Id, "data: 1\n\n"u8, padding: 200));
        await client.ExpectAsync("9\r\ndata: 1\n\n\r\n");
        await server.SendAsync(Frames.Data(request.Id, "data: 2\n\n"u8, end: true));
        await client.ExpectAsync("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    }

    [Fact]
    public async Task Client_ThatTakesNothing_HoldsUpItsServerAtTheStreamsWindow()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer slow = await story.ConnectHttp2Async("slow");
        slow.GrantsWindows = false;
        uint stream = await slow.SendRequestAsync();
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        StreamRecord request = await server.ReadHeadAsync();
        await server.RoundTripAsync();
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false));

        int sent = 0;
        while (server.OwnWindows.Of(request.Id) > 0)
        {
            await server.SendAsync(Frames.Data(request.Id, new byte[(int)Math.Min(16_384, server.OwnWindows.Of(request.Id))]));
            sent++;
            await server.RoundTripAsync();
            Assert.True(sent < 40, "The window of a stream is 256 KiB, and what the client's allows is 64 KiB.");
        }

        // Somebody else is served on the same connection meanwhile.
        Http2Peer other = await story.ConnectHttp2Async("other");
        uint second = await other.SendRequestAsync(path: "/other");
        await server.ServeAsync("fine");
        Assert.Equal("fine", (await other.ReadResponseAsync(second)).Text);
        Assert.Equal(1, story.Origin.AcceptedCount);
        Assert.True(slow.StreamOf(stream).ContentBytes <= FlowWindows.Default);
    }

    [Fact]
    public async Task Clients_ThatTakeNothing_LeaveOthersAConnectionOfTheirOwn()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer slow = await story.ConnectHttp2Async("slow");
        slow.GrantsWindows = false;
        Http2OriginConnection? server = null;
        for (int i = 0; i < 3; i++)
        {
            await slow.SendRequestAsync();
            server ??= await story.Origin.AcceptAsync();
            StreamRecord request = await server.ReadHeadAsync();
            await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().ToArray(), end: false));
            await server.RoundTripAsync();
            while (server.OwnWindows.Of(request.Id) > 0)
            {
                await server.SendAsync(Frames.Data(request.Id, new byte[(int)Math.Min(16_384, server.OwnWindows.Of(request.Id))]));
                await server.RoundTripAsync();
            }
        }

        ScriptedClient other = await story.ConnectAsync("other");
        await other.SendAsync("GET /other HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Http2OriginConnection second = await story.Origin.AcceptAsync();
        await second.ServeAsync("fine");

        Assert.Equal("fine", (await other.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-23")]
    [Fact]
    public async Task EarlyResponse_StopsTheUpload()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer client = await story.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request("POST"), end: false, "POST");
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        StreamRecord request = await server.ReadHeadAsync();

        await server.RespondAsync(request.Id, "enough", 413);

        HttpResponse response = await client.ReadHeadAsync(stream);
        Assert.Equal(413, response.Status);
        Assert.Equal(ErrorCode.Cancel, await server.ExpectResetAsync(request.Id));
        await client.ReadUntilAsync(() => client.StreamOf(stream).ContentBytes == 6, "the content");
        Assert.Equal("enough", Encoding.ASCII.GetString(client.StreamOf(stream).Content));
    }
}
