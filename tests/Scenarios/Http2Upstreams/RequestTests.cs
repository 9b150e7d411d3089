using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>What a server of HTTP/2 gets of a request (RFC 9113, section 8.3.1). The origin refuses what breaks a rule.</summary>
public sealed class RequestTests
{
    // What the fields of Eight take when they are literals, and a little less: X takes a byte in Huffman's code.
    private const int EightBytes = 800;

    [Fact]
    public async Task Request_OfHttp1_HasPseudoFieldsAndNoneOfTheConnection()
    {
        await using UpstreamStory story = UpstreamStory.Begin();

        (_, _, StreamRecord request) = await story.OpenAsync(
            "GET /a%20b?c=d HTTP/1.1\r\nHost: A.test:8080\r\nConnection: x-hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers, deflate\r\nX-Kept: Yes\r\nCookie: a=1; b=2\r\n\r\n");

        Assert.Equal(
            ["GET", "http", "a.test:8080", "/a%20b?c=d"],
            new[] { ":method", ":scheme", ":authority", ":path" }.Select(name => request[name]));
        Assert.Equal(("Yes", "trailers", "127.0.0.1", "http"), (request["x-kept"], request["te"], request["x-forwarded-for"], request["x-forwarded-proto"]));
        Assert.Equal("a=1; b=2", string.Join("; ", request.Head!.Where(field => field.Key == "cookie").Select(field => field.Value)));
        Assert.DoesNotContain(request.Head!, field => field.Key is "host" or "connection" or "keep-alive" or "x-hop" or "transfer-encoding");
        Assert.True(request.HasEnded);
    }

    [Fact]
    public async Task Request_OfHttp10WithoutHost_NamesTheServer()
    {
        await using UpstreamStory story = UpstreamStory.Begin();

        (_, _, StreamRecord request) = await story.OpenAsync("GET / HTTP/1.0\r\n\r\n");

        Assert.Equal(story.Origin.Plan.Address.ToString()["http://".Length..], request[":authority"]);
    }

    [Fact]
    public async Task OptionsOfEverything_HasAnAsteriskForPath()
    {
        await using UpstreamStory story = UpstreamStory.Begin();

        (_, _, StreamRecord request) = await story.OpenAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal(("OPTIONS", "*"), (request[":method"], request[":path"]));
    }

    [Fact]
    public async Task Route_ThatRewritesAndSetsTheHost_ShowsInPathAndAuthority()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup
        {
            Route = route => route with
            {
                Rewrite = new RewritePlan { AddPrefix = "/v1" },
                RequestHeaders = [new HeaderEdit(HeaderOperation.Set, "Host", [Template.Parse("other.test", TemplateScope.Request)])],
            },
        });

        (_, _, StreamRecord request) = await story.OpenAsync("GET /x?y HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal(("/v1/x?y", "other.test"), (request[":path"], request[":authority"]));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello", "5")]
    [InlineData("Content-Length: 0\r\n\r\n", "0")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", null)]
    public async Task Content_OfHttp1_ArrivesWithItsLengthIfThatIsKnown(string rest, string? length)
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Post + rest);
        Http2OriginConnection server = await story.Origin.AcceptAsync();

        (uint stream, HttpRequest request) = await server.ReadRequestAsync();

        Assert.Equal(("POST", length == "0" ? "" : "hello", length), (request.Method, request.Text, request["content-length"]));
        await server.RespondAsync(stream, "fine");
        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Content_ThatComesInParts_IsSentAsItComes()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync(Story.Post + "Transfer-Encoding: chunked\r\n\r\n");
        Assert.False(request.HasEnded);

        await client.SendAsync("3\r\nabc\r\n");
        await server.ReadUntilAsync(() => request.ContentBytes == 3, "the first part");
        await client.SendAsync("3\r\ndef\r\n0\r\nX-Sum: 6\r\n\r\n");
        await server.ReadUntilAsync(() => request.HasEnded, "the end");

        Assert.Equal("abcdef", Encoding.ASCII.GetString(request.Content));
        Assert.Equal("6", request.Trailers!.Single(field => field.Key == "x-sum").Value);
    }

    [Theory]
    [InlineData(16_384u)]
    [InlineData(65_535u)]
    [InlineData(1u << 20)]
    public async Task Content_LargerThanEveryWindow_ArrivesWhole_BothWays(uint window)
    {
        const int size = 3_000_000;
        await using UpstreamStory story = UpstreamStory.Begin();
        byte[] up = new byte[size];
        byte[] down = new byte[size];
        new Random(1).NextBytes(up);
        new Random(2).NextBytes(down);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Post + $"Content-Length: {size}\r\n\r\n");
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
    public async Task Expect_IsAnsweredByTheServersContinue()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxyLimits { ContinueTimeoutMs = 10_000 });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) =
            await story.OpenAsync(Story.Post + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal("100-continue", request["expect"]);

        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response(100).ToArray(), end: false));
        Assert.Equal(100, (await client.ReadHeadAsync()).Status);
        await client.SendAsync("hello");
        await server.ReadUntilAsync(() => request.HasEnded, "the content");
        await server.RespondAsync(request.Id, "fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Request_OfHttp2_GoesOnWithTrailers()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer client = await story.ConnectHttp2Async();
        uint stream = await client.SendRequestAsync("POST", "/rpc", "ping"u8.ToArray(), [("te", "trailers"), ("grpc-timeout", "1S")], [("x-end", "1")]);
        Http2OriginConnection server = await story.Origin.AcceptAsync();

        (uint atServer, HttpRequest request) = await server.ReadRequestAsync();

        Assert.Equal(("ping", "1S", "trailers", "1"), (request.Text, request["grpc-timeout"], request["te"], request.Trailer("x-end")));
        await server.RespondAsync(atServer, "pong", trailers: [("grpc-status", "0")]);
        HttpResponse response = await client.ReadResponseAsync(stream);
        Assert.Equal(("pong", "0"), (response.Text, response.Trailer("grpc-status")));
    }

    [Fact]
    public async Task Field_ThatMustNeverBeIndexed_IsNot()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        Http2Peer client = await story.ConnectHttp2Async();
        var sizes = new List<(int Secret, int Open)>();
        Http2OriginConnection? server = null;
        for (int i = 0; i < 3; i++)
        {
            FieldBlock secret = Eight().Aggregate(client.Request(), (block, field) => block.AddNeverIndexed(field.Name, field.Value));
            uint one = await client.SendHeadAsync(secret);
            server ??= await story.Origin.AcceptAsync();
            int secretBytes = await ServeAsync(server);
            await client.ReadResponseAsync(one);
            uint two = await client.SendHeadAsync(client.Request().Add([.. Eight()]));
            sizes.Add((secretBytes, await ServeAsync(server)));
            await client.ReadResponseAsync(two);
        }

        Assert.All(sizes, size => Assert.True(size.Secret > EightBytes));
        Assert.True(sizes[0].Open > EightBytes);
        Assert.True(sizes[2].Open < EightBytes / 2);
    }

    [Fact]
    public async Task Heads_ThatAreRepeated_BecomeSmall()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server) = await story.WarmUpAsync();
        string fields = string.Concat(Eight().Select(field => $"{field.Name}: {field.Value}\r\n"));
        var sizes = new List<int>();
        for (int i = 0; i < 4; i++)
        {
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
            sizes.Add(await ServeAsync(server));
            await client.ReadResponseAsync();
        }

        Assert.True(sizes[^1] < sizes[0] / 2, string.Join(" ", sizes));
    }

    // Several, because one or two of them may have the bad luck that others drive them out of the table of what was seen before.
    private static IEnumerable<(string Name, string Value)> Eight() => Enumerable.Range(0, 8).Select(i => ($"x-field-{i}", new string('X', 100)));

    private static async Task<int> ServeAsync(Http2OriginConnection server)
    {
        StreamRecord request = await server.ReadHeadAsync();
        await server.RespondAsync(request.Id);
        return server.Received.Last(frame => frame.Kind == FrameKind.Headers).Payload.Length;
    }
}
