using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2;

/// <summary>Requests over HTTP/2 as an HTTP/1.1 upstream sees them (RFC 9113, sections 8.2 and 8.3).</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task Get_IsWrittenAnewForTheUpstream()
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        (uint stream, ScriptedServerConnection server, HttpRequest head) = await story.OpenAsync(
            story.Client.Request(path: "/a/b?c=d", authority: "shop.test:8080").Add([("accept", "*/*"), ("x-a", "1"), ("x-a", "2")]));
        await server.RespondAsync("hello");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal("GET /a/b?c=d HTTP/1.1", head.StartLine);
        Assert.Equal(("shop.test:8080", "*/*", "http"), (head["Host"], head["Accept"], head["X-Forwarded-Proto"]));
        Assert.Equal(["1", "2"], head.All("x-a"));
        Assert.False(head.Has("Content-Length") || head.Has("Transfer-Encoding"));
        Assert.Equal((200, "hello", "5"), (response.Status, response.Text, response["content-length"]));
    }

    [Fact]
    public async Task Get_OfAllFieldCodings_IsTheSame()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        FieldBlock block = new FieldBlock().Indexed(2).Indexed(6).Indexed(4).AddIncremental(1, "a.test").AddHuffman("x-huffman", "\"quoted\" ~text~")
            .AddNeverIndexed("authorization", "secret").AddIncremental("x-new", "n").Indexed(62);

        (_, _, HttpRequest head) = await story.OpenAsync(block);

        Assert.Equal("GET / HTTP/1.1", head.StartLine);
        Assert.Equal(("a.test", "\"quoted\" ~text~", "secret"), (head["Host"], head["x-huffman"], head["Authorization"]));
        Assert.Equal(["n", "n"], head.All("x-new"));
    }

    [Fact]
    public async Task Post_WithALength_IsFramedByIt()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, HttpRequest head) =
            await story.OpenAsync(story.Client.Request("POST").Add("content-length", "10"), end: false, "POST");
        ContentReader content = server.ContentOf(head);

        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("hello")));
        await content.ExpectAsync("hello");
        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("world"), end: true));
        await content.ExpectAsync("world");
        await server.RespondAsync("done");

        Assert.Equal(("10", null), (head["Content-Length"], head["Transfer-Encoding"]));
        Assert.Equal("done", (await story.Client.ReadResponseAsync(stream)).Text);
    }

    [Fact]
    public async Task Post_WithoutALength_IsFramedInChunks()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, HttpRequest head) = await story.OpenAsync("POST", end: false);
        ContentReader content = server.ContentOf(head);

        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("hello")));
        await content.ExpectAsync("hello");
        await story.Client.SendAsync(Frames.Data(stream, [], end: true));
        Assert.Empty(await content.ReadRestAsync());
        await server.RespondAsync("done");

        Assert.Equal(("chunked", null), (head["Transfer-Encoding"], head["Content-Length"]));
        Assert.Equal("done", (await story.Client.ReadResponseAsync(stream)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_WithoutContent_IsEmptyForTheUpstream(bool endsWithData)
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        uint stream = await story.Client.SendRequestAsync("POST", content: endsWithData ? [] : null, fields: [("content-length", "0")]);
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        HttpRequest request = await server.ServeAsync();

        Assert.Empty(request.Content);
        Assert.Equal("0", request["Content-Length"]);
        Assert.Equal(200, (await story.Client.ReadResponseAsync(stream)).Status);
    }

    [Fact]
    public async Task Trailers_BehindContent_ReachTheUpstream()
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        uint stream = await story.Client.SendRequestAsync("POST", content: Bytes.Of("hello"), fields: [("te", "trailers"), ("trailer", "x-sum")], trailers: [("x-sum", "42")]);
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        HttpRequest request = await server.ServeAsync();

        Assert.Equal(("hello", "42", true), (request.Text, request.Trailer("x-sum"), request.IsChunked));
        Assert.Equal(200, (await story.Client.ReadResponseAsync(stream)).Status);
    }

    [Fact]
    public async Task Cookies_InCrumbs_AreOneFieldForTheUpstream()
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        (_, _, HttpRequest head) = await story.OpenAsync(
            story.Client.Request().Add([("cookie", "a=1"), ("x-a", "b"), ("cookie", "b=2; c=3"), ("cookie", "d=4")]));

        Assert.Equal("a=1; b=2; c=3; d=4", head["Cookie"]);
        Assert.Equal("b", head["x-a"]);
    }

    [Theory]
    [InlineData("a.test", "a.test")]
    [InlineData("a.test:80", "a.test")]
    [InlineData("A.Test", "a.test")]
    [InlineData(null, "a.test")]
    public async Task Host_ThatAgreesWithTheAuthority_IsOneHost(string? authority, string host)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        FieldBlock block = new FieldBlock().Add([(":method", "GET"), (":scheme", "http"), (":path", "/")]);
        if (authority is not null)
        {
            block.Add(":authority", authority);
        }

        (_, _, HttpRequest head) = await story.OpenAsync(block.Add("host", host));

        Assert.Equal("a.test", head["Host"], ignoreCase: true);
    }

    [Fact]
    public async Task OptionsAsterisk_IsForwardedAsSuch()
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        (_, _, HttpRequest head) = await story.OpenAsync("OPTIONS", "*");

        Assert.Equal("OPTIONS * HTTP/1.1", head.StartLine);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("TRACE")]
    public async Task Method_ThatIsNotServed_IsRefused(string method)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        FieldBlock block = method == "CONNECT" ? new FieldBlock().Add([(":method", method), (":authority", "a.test:443")]) : story.Client.Request(method);

        uint stream = await story.Client.SendHeadAsync(block, end: false, method);
        StreamRecord record = story.Client.StreamOf(stream);
        await story.Client.ReadUntilAsync(() => record.IsOver, "the refusal");

        Assert.True(record.Reset is not null || record[":status"] is "405" or "501", record.ToString());
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task Streams_Interleaved_EachHaveTheirOwn()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint first, ScriptedServerConnection one, HttpRequest head1) = await story.OpenAsync("POST", "/1", end: false);
        (uint second, ScriptedServerConnection two, HttpRequest head2) = await story.OpenAsync("POST", "/2", end: false);

        await story.Client.SendAsync(Frames.Data(first, Bytes.Of("a")), Frames.Data(second, Bytes.Of("x")), Frames.Data(first, Bytes.Of("b")), Frames.Data(second, Bytes.Of("y")));
        await story.Client.SendAsync(Frames.Data(second, Bytes.Of("z"), end: true), Frames.Data(first, Bytes.Of("c"), end: true));
        byte[] content1 = await one.ContentOf(head1).ReadRestAsync();
        byte[] content2 = await two.ContentOf(head2).ReadRestAsync();
        await two.RespondAsync("second");
        HttpResponse response2 = await story.Client.ReadResponseAsync(second);
        await one.RespondAsync("first");

        Assert.Equal(("abc", "xyz"), (Bytes.Text(content1), Bytes.Text(content2)));
        Assert.Equal(("first", "second"), ((await story.Client.ReadResponseAsync(first)).Text, response2.Text));
    }

    [Fact]
    public async Task Frames_ThatMeanNothing_ChangeNothing()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        byte[] block = story.Client.Request("POST").ToArray();
        byte[] priority = [0x80, 0, 0, 0, 255];
        uint stream = story.Client.NextStream();

        // Padding of every length, the old priorities, unknown frames, undefined flags, the reserved bit.
        await story.Client.SendAsync(
            Frames.Unknown(0, [1, 2, 3]),
            Frames.Priority(stream, 0),
            Frames.Priority(77, stream),
            Frames.Of(FrameKind.Headers, FrameMarks.EndHeaders | FrameMarks.Padded | FrameMarks.Priority | (FrameMarks)0x40, stream, [3, .. priority, .. block, 0, 0, 0]),
            Frames.Unknown(stream, new byte[1_000]),
            Frames.Data(stream, Bytes.Of("hello"), padding: 0),
            Frames.Data(stream, Bytes.Of("world"), padding: 255),
            Frames.Data(stream, [], padding: 10),
            Frames.Of(FrameKind.WindowUpdate, (FrameMarks)0xFF, 0x8000_0000 | stream, [0x80, 0, 0, 100]),
            Frames.PriorityUpdate(stream, "u=0, i, unknown=?1"),
            Frames.Settings(((SettingKind)0x77, 1)),
            Frames.Data(stream, Bytes.Of("!"), end: true));
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        HttpRequest request = await server.ServeAsync();

        Assert.Equal("helloworld!", request.Text);
        Assert.Equal(200, (await story.Client.ReadResponseAsync(stream)).Status);
        await story.Client.RoundTripAsync();
        Assert.Null(story.Client.GoAway);
    }

    [Fact]
    public async Task Head_InFramesOfOneByte_IsTheSame()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        byte[] bytes = Frames.Headers(1, story.Client.Request(path: "/slowly").ToArray());

        foreach (byte value in bytes)
        {
            await story.Client.TrySendAsync(new[] { value });
            await story.Client.TrySendAsync(Array.Empty<byte>());
        }

        story.Client.StreamOf(1);
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        Assert.Equal("/slowly", (await server.ServeAsync()).Target);
        Assert.Equal(200, (await story.Client.ReadResponseAsync(1)).Status);
    }
}
