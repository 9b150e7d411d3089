using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Proxy;

namespace Sluice.Hostile.Http2;

/// <summary>
/// H2-33 to H2-48: requests that would be something else, or two of them, once they are written as HTTP/1.1. Each is refused, and not a byte of it
/// gets to the upstream; the connection's next request does.
/// </summary>
public sealed class DowngradeTests
{
    private const string Smuggled = "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";

    /// <summary>Fields behind the pseudo-fields of a good request.</summary>
    public static TheoryData<string, string> BadFields() => new()
    {
        { "transfer-encoding", "chunked" },
        { "transfer-encoding", "identity" },
        { "connection", "close" },
        { "connection", "x-forwarded-for" },
        { "proxy-connection", "keep-alive" },
        { "keep-alive", "timeout=5" },
        { "upgrade", "websocket" },
        { "upgrade", "h2c" },
        { "te", "gzip" },
        { "te", "trailers, gzip" },
        { "content-length", "-1" },
        { "content-length", "+5" },
        { "content-length", "0x5" },
        { "content-length", "5,5" },
        { "content-length", "" },
        { "content-length", "99999999999999999999" },
        { "content-length", "5" },
        { "x-a", "b\r\nx-b: c" },
        { "x-a", "b" + Smuggled },
        { "x-a", "b\nx-b: c" },
        { "x-a", "b\rc" },
        { "x-a", "b\0c" },
        { "x-a", " b" },
        { "x-a", "b " },
        { "x-a", "\tb" },
        { "x-a: b\r\nx-b", "c" },
        { "x-a" + Smuggled, "c" },
        { "x-a\nx-b", "c" },
        { "x-a\0", "c" },
        { "x-a:", "c" },
        { "x:a", "c" },
        { "x a", "c" },
        { "x-a ", "c" },
        { " x-a", "c" },
        { "x-a\t", "c" },
        { "X-A", "c" },
        { "x-\u00e9", "c" },
        { "x(a)", "c" },
        { "x-a\x7f", "c" },
        { "Transfer-Encoding", "chunked" },
        { "transfer-encoding ", "chunked" },
        { "transfer_encoding", "chunked" },
        { "content_length", "5" },
        { "host", "b.test" },
        { "host", "a.test:81" },
        { "host", "" },
        { ":path", "/again" },
        { ":method", "POST" },
        { ":scheme", "http" },
        { ":authority", "a.test" },
        { ":status", "200" },
        { ":foo", "bar" },
        { ":", "bar" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task Field_ThatHasNoPlace_IsRefused(string name, string value)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        await ExpectRefusedAsync(stage, client, await client.SendHeadAsync(client.Request().Add(name, value)));
    }

    public static TheoryData<string, string, string, string> BadTargets() => new()
    {
        { "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n", "http", "a.test", "/" },
        { "GET /x", "http", "a.test", "/" },
        { "GET ", "http", "a.test", "/" },
        { "G\tT", "http", "a.test", "/" },
        { "GET\r\n", "http", "a.test", "/" },
        { "GE\0T", "http", "a.test", "/" },
        { "G(T)", "http", "a.test", "/" },
        { "", "http", "a.test", "/" },
        { "GET", "http", "a.test", "/ HTTP/1.1\r\nX-A: b" },
        { "GET", "http", "a.test", "/" + Smuggled },
        { "GET", "http", "a.test", "/a b" },
        { "GET", "http", "a.test", "/a\tb" },
        { "GET", "http", "a.test", "/a\nb" },
        { "GET", "http", "a.test", "/a\0b" },
        { "GET", "http", "a.test", "/a\x7f" },
        { "GET", "http", "a.test", "/a#b" },
        { "GET", "http", "a.test", "a" },
        { "GET", "http", "a.test", "" },
        { "GET", "http", "a.test", "*" },
        { "GET", "http", "a.test", "http://a.test/" },
        { "GET", "http", "a.test", "@b.test/" },
        { "GET", "http", "a.test", ":81/" },
        { "GET", "http://x/", "a.test", "/" },
        { "GET", "http\r\n", "a.test", "/" },
        { "GET", "gopher", "a.test", "/" },
        { "GET", "", "a.test", "/" },
        { "GET", "http", "a.test\r\nX-A: b", "/" },
        { "GET", "http", "a.test" + Smuggled, "/" },
        { "GET", "http", "user@a.test", "/" },
        { "GET", "http", "a.test/x", "/" },
        { "GET", "http", "a.test,b.test", "/" },
        { "GET", "http", "a.test b.test", "/" },
        { "GET", "http", "a.test:x", "/" },
        { "GET", "http", "a.test:65536", "/" },
        { "GET", "http", "[::1", "/" },
        { "GET", "http", "a.t\0est", "/" },
        { "GET", "http", "", "/" },
        { "CONNECT", "http", "a.test", "/" },
    };

    [Theory]
    [MemberData(nameof(BadTargets))]
    public async Task Target_ThatIsNone_IsRefused(string method, string scheme, string authority, string path)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        await ExpectRefusedAsync(stage, client, await client.SendHeadAsync(FieldBlock.Request(method, path, authority, scheme)));
    }

    public static TheoryData<string> BadBlocks =>
    [
        "no method", "no scheme", "no path", "no authority and no host", "nothing", "pseudo-field behind a field", "two hosts", "two equal hosts",
        "two lengths", "two equal lengths", "method twice", "path twice", "protocol without CONNECT", "two content types",
    ];

    [Theory]
    [MemberData(nameof(BadBlocks))]
    public async Task Head_ThatIsNotOne_IsRefused(string what)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        await ExpectRefusedAsync(stage, client, await client.SendHeadAsync(Block(what)));
    }

    public static TheoryData<string, int[], bool> WrongLengths() => new()
    {
        // declared; the parts that are sent; whether trailers end the stream instead of DATA
        { "5", [3], false },
        { "5", [], false },
        { "5", [5, 1], false },
        { "5", [100], false },
        { "0", [1], false },
        { "5", [3], true },
        { "5", [6], true },
        { "100000", [16_384], false },
        { "100000", [16_384, 16_384, 16_384, 16_384, 16_384, 16_384, 16_384], false },
    };

    [Theory]
    [MemberData(nameof(WrongLengths))]
    public async Task Content_OfAnotherLengthThanDeclared_NeverIsAWholeRequest(string declared, int[] parts, bool hasTrailers)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        uint stream = await client.SendHeadAsync(client.Request("POST").Add("content-length", declared), end: false, "POST");
        foreach (int part in parts)
        {
            await client.SendAsync(Frames.Data(stream, new byte[part]));
        }

        await client.SendAsync(hasTrailers ? Frames.Headers(stream, new FieldBlock().Add("x-a", "b").ToArray()) : Frames.Data(stream, [], end: true));

        // The head may have been on its way; a whole request must not. Where it says that there is no content, the head is all that HTTP/1 has of it: that waits.
        await ExpectRefusedAsync(stage, client, stream, mayHaveBegun: declared != "0");
    }

    public static TheoryData<string, string> BadTrailers() => new()
    {
        { ":path", "/" },
        { ":status", "200" },
        { "X-A", "b" },
        { "x-a", "b\r\nx-b: c" },
        { "x-a", "b" + Smuggled },
        { "x a", "b" },
        { "", "b" },
        { "transfer-encoding", "chunked" },
        { "connection", "close" },
    };

    [Theory]
    [MemberData(nameof(BadTrailers))]
    public async Task Trailer_ThatHasNoPlace_NeverIsPartOfAWholeRequest(string name, string value)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        uint stream = await client.SendHeadAsync(client.Request("POST"), end: false, "POST");
        await client.SendAsync(Frames.Data(stream, [1, 2, 3]), Frames.Headers(stream, new FieldBlock().Add(name, value).ToArray()));

        await ExpectRefusedAsync(stage, client, stream, mayHaveBegun: true);
    }

    [Theory]
    [InlineData("content-length", "5")]
    [InlineData("host", "b.test")]
    [InlineData("authorization", "x")]
    public async Task Trailer_ThatWouldChangeARequest_IsLeftOut(string name, string value)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        uint stream = await client.SendRequestAsync("POST", content: [1, 2, 3], trailers: [(name, value), ("x-a", "b")]);
        StreamRecord record = client.StreamOf(stream);
        await client.ReadUntilAsync(() => record.IsOver, "the end");

        // Dropped, or refused altogether; but never forwarded.
        Assert.DoesNotContain(stage.Recorder.Requests, request => request.Trailer(name) is not null);
        Assert.True(record.Reset is not null || stage.Recorder.Requests.Single().Content.Length == 3);
    }

    [Fact]
    public async Task Fields_WithUnderscores_AreLeftOut()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        uint stream = await client.SendHeadAsync(client.Request().Add([("x_forwarded_for", "1.2.3.4"), ("x_real_ip", "1.2.3.4"), ("remote_user", "root"), ("x-a", "b")]));

        Assert.Equal(200, (await client.ReadResponseAsync(stream)).Status);
        TestKit.Wire.HttpRequest request = stage.Recorder.Requests.Single();
        Assert.DoesNotContain(request.Fields, field => field.Key.Contains('_', StringComparison.Ordinal));
        Assert.Equal("b", request["x-a"]);
    }

    [Fact]
    public async Task Fields_OfTheConnectionThatAClientNames_AreNotRemoved()
    {
        // `connection` itself is refused; so that nobody can have X-Forwarded-For taken away.
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        uint stream = await client.SendHeadAsync(client.Request().Add("te", "trailers").Add("x-forwarded-for", "6.6.6.6"));

        Assert.Equal(200, (await client.ReadResponseAsync(stream)).Status);
        Assert.Equal("127.0.0.1", stage.Recorder.Requests.Single()["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Refusals_OneAfterAnother_EndTheConnection()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        client.Answers = false;
        byte[] block = client.Request().Add("transfer-encoding", "chunked").ToArray();

        Task reading = client.ReadToEndAsync();
        for (int sent = 0; sent < 10_000 && await client.TrySendAsync(Frames.Headers(client.NextStream(), block)); sent++)
        {
        }

        await reading;
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        Assert.Equal(0, stage.Recorder.BytesReceived);
        await stage.ExpectHealthyAsync();
    }

    private static FieldBlock Block(string what)
    {
        FieldBlock request = FieldBlock.Request();
        return what switch
        {
            "no method" => new FieldBlock().Add([(":scheme", "http"), (":authority", "a.test"), (":path", "/")]),
            "no scheme" => new FieldBlock().Add([(":method", "GET"), (":authority", "a.test"), (":path", "/")]),
            "no path" => new FieldBlock().Add([(":method", "GET"), (":scheme", "http"), (":authority", "a.test")]),
            "no authority and no host" => new FieldBlock().Add([(":method", "GET"), (":scheme", "http"), (":path", "/")]),
            "nothing" => new FieldBlock(),
            "pseudo-field behind a field" => new FieldBlock().Add([(":method", "GET"), (":scheme", "http"), ("x-a", "b"), (":authority", "a.test"), (":path", "/")]),
            "two hosts" => request.Add([("host", "a.test"), ("host", "b.test")]),
            "two equal hosts" => request.Add([("host", "a.test"), ("host", "a.test")]),
            "two lengths" => request.Add([("content-length", "0"), ("content-length", "5")]),
            "two equal lengths" => request.Add([("content-length", "0"), ("content-length", "0")]),
            "method twice" => new FieldBlock().Add(":method", "GET").Add(FieldBlockFields()),
            "path twice" => new FieldBlock().Add(":path", "/a").Add(FieldBlockFields()),
            "protocol without CONNECT" => new FieldBlock().Add(":protocol", "websocket").Add(FieldBlockFields()),
            _ => request.Add([("content-type", "text/plain"), ("content-type", "text/html")]),
        };
    }

    private static (string Name, string Value)[] FieldBlockFields() => [(":method", "GET"), (":scheme", "http"), (":authority", "a.test"), (":path", "/")];

    /// <summary>
    /// The request is refused by a reset of its stream or by a status of 4xx; nothing of it got through; the log has a reason; and the
    /// connection goes on.
    /// </summary>
    private static async Task ExpectRefusedAsync(AttackStage stage, Http2Peer client, uint stream, bool mayHaveBegun = false)
    {
        StreamRecord record = client.StreamOf(stream);
        await client.ReadUntilAsync(() => record.IsOver, $"the refusal on stream {stream}");
        bool isReset = record.Reset == ErrorCode.ProtocolError;
        bool isStatus = record.HasEnded && record[":status"] is ['4', ..];
        Assert.True(isReset || isStatus, record.ToString());

        // The next one passes, which also proves that everything before it was dealt with.
        Assert.Equal(200, (await client.GetAsync("/next")).Status);
        Assert.Equal(["/next"], stage.Recorder.Requests.Select(request => request.Target));
        if (!mayHaveBegun)
        {
            Assert.Equal(1, stage.Recorder.ConnectionCount);
        }

        AccessLogEntry line = (await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path is not ("/canary" or "/next")))[0];
        Assert.NotNull(line.Error);
        Assert.Empty(stage.Recorder.Deviations);
        stage.Proxy.ExpectNoBugs();
    }
}
