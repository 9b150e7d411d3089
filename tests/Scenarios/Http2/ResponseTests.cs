using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>Responses of an HTTP/1.1 upstream as a client of HTTP/2 sees them. The client itself fails on what RFC 9113 forbids.</summary>
public sealed class ResponseTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "5")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", null)]
    public async Task Content_OfEachFraming_IsTheSame(string response, string? length)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        await server.SendAsync(response);
        server.ShutdownSend();
        HttpResponse received = await story.Client.ReadResponseAsync(stream);

        Assert.Equal((200, "hello", length), (received.Status, received.Text, received["content-length"]));
        Assert.Null((await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Fields_AreWrittenInLowerCase_WithoutThoseOfTheConnection()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        await server.SendAsync(
            "HTTP/1.1 200 Fine\r\nX-Mixed-Case: Value\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
            + "Proxy-Connection: keep-alive\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\nX-Empty:\r\n\r\n0\r\n\r\n");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal(("Value", ""), (response["x-mixed-case"], response["x-empty"]));
        Assert.Equal(["a=1", "b=2"], response.All("set-cookie"));
        Assert.DoesNotContain(response.Fields, field => field.Key is "x-hop" or "keep-alive" or "connection" or "upgrade");
        Assert.Contains(response.Fields, field => field.Key == "x-mixed-case");
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "5")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, null)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, null)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n", 304, "5")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "0")]
    public async Task Response_WithoutContent_EndsWithItsHead(string method, string response, int status, string? length)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync(method);

        await server.SendAsync(response);
        HttpResponse received = await story.Client.ReadResponseAsync(stream);

        Assert.Equal((status, 0, length), (received.Status, received.Content.Length, received["content-length"]));
        Assert.Null((await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Client.StreamOf(stream).DataFrames);
    }

    [Theory]
    [InlineData("5\r\nhello\r\n", "hello")]
    [InlineData("", "")]
    public async Task Trailers_BehindChunks_ReachTheClient(string chunks, string content)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        await server.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Grpc-Status\r\n\r\n{chunks}");
        await server.SendAsync("0\r\nGrpc-Status: 0\r\nGrpc-Message: fine\r\nConnection: close\r\n\r\n");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal((content, "0", "fine"), (response.Text, response.Trailer("grpc-status"), response.Trailer("grpc-message")));
        Assert.Null(response.Trailer("connection"));
    }

    [Trait("Case", "U-36")]
    [Fact]
    public async Task EarlyHints_ThenTheFinalResponse_AllArriveInOrder()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        StreamRecord record = story.Client.StreamOf(stream);

        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
        await story.Client.ReadUntilAsync(() => record.Interims.Count == 1, "the first hint");
        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </b.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal([103, 103], record.Interims.Select(interim => interim.Status));
        Assert.Equal(["</a.css>; rel=preload", "</b.css>; rel=preload"], record.Interims.Select(interim => interim["link"]));
        Assert.Equal((200, "ok"), (response.Status, response.Text));
    }

    [Fact]
    public async Task Expectation_IsPassedOn_AndTheContentComesWhenTheServerAsksForIt()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, HttpRequest head) = await story.OpenAsync(
            story.Client.Request("POST").Add([("expect", "100-continue"), ("content-length", "5")]), end: false, "POST");

        await server.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await story.Client.ReadUntilAsync(() => story.Client.StreamOf(stream).Interims.Count == 1, "100");
        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("hello"), end: true));
        await server.ExpectAsync("hello");
        await server.RespondAsync("taken");

        Assert.Equal("100-continue", head["Expect"]);
        Assert.Equal(100, story.Client.StreamOf(stream).Interims.Single().Status);
        Assert.Equal("taken", (await story.Client.ReadResponseAsync(stream)).Text);
    }

    [Fact]
    public async Task Expectation_AnsweredFinally_NeverAsksForTheContent()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync(
            story.Client.Request("POST").Add([("expect", "100-continue"), ("content-length", "5")]), end: false, "POST");

        await server.SendAsync("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal(417, response.Status);
        Assert.Empty(story.Client.StreamOf(stream).Interims);

        // The rest of the request is not wanted (RFC 9113, section 8.1).
        await story.Client.ExpectAsync(FrameKind.Reset, stream);
        Assert.Equal(ErrorCode.NoError, story.Client.StreamOf(stream).Reset);
    }

    [Fact]
    public async Task Head_LargerThanAFrame_GoesOnInContinuations()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        string[] large = [.. Enumerable.Range(0, 10).Select(i => new string((char)(0xE0 + i), 4_000))];

        await server.SendAsync($"HTTP/1.1 200 OK\r\n{string.Concat(large.Select(value => $"X-Large: {value}\r\n"))}Content-Length: 2\r\n\r\nok");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal(large, response.All("x-large"));
        Assert.Contains(story.Client.Received, frame => frame.Kind == FrameKind.Continuation);
        Assert.Equal("ok", response.Text);
    }

    [Fact]
    public async Task Fields_TheSameInEachResponse_TakeFewBytes()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        // Several, because one or two of them may have the bad luck that others drive them out of the table of what was seen before.
        string[] names = [.. Enumerable.Range(0, 8).Select(i => $"x-version-{i}")];
        string response = $"HTTP/1.1 200 OK\r\n{string.Concat(names.Select(name => $"{name}: {name} never changes\r\n"))}Content-Length: 2\r\n\r\nok";
        await server.SendAsync(response);
        await story.Client.ReadResponseAsync(stream);
        for (int i = 0; i < 3; i++)
        {
            stream = await story.Client.SendRequestAsync();
            await server.ReadRequestAsync();
            await server.SendAsync(response);
            HttpResponse received = await story.Client.ReadResponseAsync(stream);
            Assert.All(names, name => Assert.Equal($"{name} never changes", received[name]));
        }

        int[] lengths = [.. story.Client.Received.Where(frame => frame.Kind == FrameKind.Headers).Select(frame => frame.Payload.Length)];
        Assert.True(lengths[^1] < lengths[0] / 2, string.Join(' ', lengths));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(100u)]
    [InlineData(65_536u)]
    public async Task Table_OfTheClientsSize_IsRespected(uint tableBytes)
    {
        await using Http2Story story = await Http2Story.BeginAsync((SettingKind.HeaderTableSize, tableBytes));
        await story.Client.RoundTripAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        for (int i = 0; i < 5; i++)
        {
            // The client's decoder fails when its table is used beyond its size, or not reduced first.
            await server.SendAsync($"HTTP/1.1 200 OK\r\nX-A: {i}\r\nX-B: b\r\nContent-Length: 0\r\n\r\n");
            Assert.Equal($"{i}", (await story.Client.ReadResponseAsync(stream))["x-a"]);
            stream = await story.Client.SendRequestAsync();
            await server.ReadRequestAsync();
        }

        await server.RespondAsync();
        await story.Client.ReadResponseAsync(stream);
    }
}
