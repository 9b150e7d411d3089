using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.Scenarios.Http2;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Grpc;

/// <summary>gRPC-Web from the client, gRPC to the server.</summary>
public sealed class WebBridgeTests
{
    [Theory]
    [InlineData(WebCalls.Binary, "8", null)]
    [InlineData(WebCalls.InText, null, "chunked")]
    public async Task Call_ReachesTheServerInGrpc(string type, string? length, string? coding)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        ScriptedClient client = await story.ConnectAsync();

        await client.SendAsync(WebCalls.Call(type, GrpcMessages.Frame("abc"), "X-Grpc-Web: 1\r\ngrpc-timeout: 90S\r\n"));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();
        await server.SendAsync(WebCalls.AnswerHead.Replace("\r\n\r\n", "\r\nTrailer: grpc-status\r\n\r\n", StringComparison.Ordinal)
            + WebCalls.Chunk(GrpcMessages.Frame("xyz")) + "0\r\nGrpc-Status: 0\r\nX-Last: word\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(GrpcMessages.Frame("abc"), request.Content);
        Assert.Equal(("application/grpc+proto", "trailers", "1"), (request["Content-Type"], request["TE"], request["X-Grpc-Web"]));
        Assert.Equal((length, coding), (request["Content-Length"], request["Transfer-Encoding"]));
        Assert.Matches("^8[0-9]{4}m$", request["grpc-timeout"]);
        Assert.Equal((200, type, null, 0), (response.Status, response["Content-Type"], response["Trailer"], response.Trailers.Count));
        Assert.Equal(["0 xyz", "128 grpc-status: 0\r\nx-last: word\r\n"], WebCalls.MessagesIn(response, type));
        Assert.Equal(0, (await story.LogLineAsync()).Number("grpc_status"));
    }

    [Theory]
    [InlineData(WebCalls.Binary)]
    [InlineData(WebCalls.InText)]
    public async Task Call_OverHttp2_IsTheSame(string type)
    {
        await using Http2Story story = await Http2Story.BeginAsync(WebCalls.Bridge);
        byte[] content = Bytes.Of(WebCalls.Call(type, GrpcMessages.Frame("abc")).Split("\r\n\r\n", 2)[1]);
        FieldBlock block = story.Client.Request("POST", "/a.B/C").Add(("content-type", type));

        (uint stream, ScriptedServerConnection server, HttpRequest head) = await story.OpenAsync(block, end: false, "POST");
        await story.Client.SendContentAsync(stream, content);
        byte[] received = await server.ContentOf(head).ReadRestAsync();
        await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")) + "0\r\ngrpc-status: 0\r\n\r\n");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal(GrpcMessages.Frame("abc"), received);
        Assert.Equal((200, type, 0), (response.Status, response["content-type"], response.Trailers.Count));
        Assert.Equal(["0 xyz", "128 grpc-status: 0\r\n"], WebCalls.MessagesIn(response, type));
    }

    [Theory]
    [InlineData(WebCalls.Binary, "Content-Length: 0\r\n\r\n")]
    [InlineData(WebCalls.InText, "Content-Length: 0\r\n\r\n")]
    [InlineData(WebCalls.Binary, "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(WebCalls.InText, "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public async Task Answer_ThatIsOnlyAHead_StaysOne(string type, string end)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(type, GrpcMessages.Frame("")));

        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 5\r\ngrpc-message: not%20there\r\n{end}");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal((200, type, ""), (response.Status, response["Content-Type"], response.Text));
        Assert.Equal(("5", "not%20there"), (response["grpc-status"], response["grpc-message"]));
        Assert.Equal(5, (await story.LogLineAsync()).Number("grpc_status"));
    }

    [Theory]
    [InlineData(WebCalls.Binary)]
    [InlineData(WebCalls.InText)]
    public async Task Answer_WithoutAStatus_IsNoSuccess(string type)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(type, GrpcMessages.Frame("")));

        await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")) + "0\r\n\r\n");

        Assert.Equal(["0 xyz", "128 grpc-status: 2\r\ngrpc-message: the server sent no status\r\n"], WebCalls.MessagesIn(await client.ReadResponseAsync(), type));
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p/>\r\n0\r\nX: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web+proto\r\nContent-Length: 4\r\n\r\n<p/>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<p/>")]
    public async Task Answer_InAnotherLanguage_IsWhatItIs(string answer)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(WebCalls.InText, GrpcMessages.Frame("")));

        await server.SendAsync(answer);
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("<p/>", answer.Contains("X: 1", StringComparison.Ordinal) ? "1" : null), (response.Text, response.Trailer("X")));
        Assert.Contains($"Content-Type: {response["Content-Type"] ?? ""}", answer + "Content-Type: ", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WebCalls.Binary, "application/grpc-web-text", "application/grpc-web-text+proto")]
    [InlineData(WebCalls.InText, "*/*, application/grpc-web+proto", "application/grpc-web+proto")]
    [InlineData(WebCalls.InText, "application/grpc", "application/grpc-web-text+proto")]
    public async Task Accept_DecidesHowTheAnswerIsWritten(string asked, string accept, string answered)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(asked, GrpcMessages.Frame(""), $"Accept: {accept}\r\n"));

        await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")) + "0\r\ngrpc-status: 0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(answered, response["Content-Type"]);
        Assert.Equal(["0 xyz", "128 grpc-status: 0\r\n"], WebCalls.MessagesIn(response, answered));
    }

    [Theory]
    [InlineData("application/grpc-web", "application/grpc", "application/grpc-web", "application/grpc")]
    [InlineData("application/grpc-web", "application/grpc+json", "application/grpc-web+json", "application/grpc")]
    [InlineData("application/grpc-web+json;charset=utf-8", "application/grpc", "application/grpc-web+json", "application/grpc+json")]
    [InlineData("Application/gRPC-Web+Proto", "application/grpc; a=b", "application/grpc-web+Proto", "application/grpc+Proto")]
    public async Task ContentTypes_KeepWhatMessagesAreWrittenIn(string asked, string answered, string seen, string forwarded)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(WebCalls.Call(asked, GrpcMessages.Frame("")));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();

        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {answered}\r\ngrpc-status: 0\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal((forwarded, seen), (request["Content-Type"], (await client.ReadResponseAsync())["Content-Type"]));
    }

    [Fact]
    public async Task Head_ThatSaysItIsACall_GoesOnAsItIs()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync($"HEAD /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {WebCalls.Binary}\r\n\r\n");

        await server.SendAsync(WebCalls.AnswerHead);

        Assert.Equal("application/grpc+proto", (await client.ReadResponseAsync("HEAD"))["Content-Type"]);
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
    }

    [Theory]
    [InlineData(WebCalls.Binary)]
    [InlineData(WebCalls.InText)]
    public async Task Trailers_OfAnyLengthAndEncoding_GoOnAsTheyAre(string type)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        string trailers = $"grpc-status: 3\r\ngrpc-message: 100%25 %E2%82%AC%0D%0Ax: 1%\r\nx-large: {new string('x', 30_000)}\r\n";
        ScriptedClient client = await story.ConnectAsync();
        ScriptedServerConnection? server = null;

        // What the second needs is little again.
        foreach (string end in (string[])[trailers, "grpc-status: 0\r\n"])
        {
            await client.SendAsync(WebCalls.Call(type, GrpcMessages.Frame("")));
            server ??= await story.AcceptAsync();
            await server.ReadRequestAsync();
            await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")) + $"0\r\n{end}\r\n");

            Assert.Equal(["0 xyz", $"128 {end}"], WebCalls.MessagesIn(await client.ReadResponseAsync(), type));
        }
    }

    [Theory]
    [InlineData(WebCalls.Binary, "")]
    [InlineData(WebCalls.InText, "")]
    [InlineData(WebCalls.Binary, "0\r\ngrpc-status: 0\r\nx: {long}\r\n\r\n")]
    [InlineData(WebCalls.InText, "0\r\ngrpc-status: 0\r\nx: {long}\r\n\r\n")]
    [InlineData(WebCalls.InText, "0\r\ngrpc-status: 0\r\nx y: 1\r\n\r\n")]
    public async Task Server_ThatBreaksOff_LeavesNoWholeAnswer(string type, string end)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(type, GrpcMessages.Frame("")));

        await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")));
        ContentReader content = client.ContentOf(await client.ReadHeadAsync("POST"));
        await content.ExpectAsync(type == WebCalls.InText ? Convert.ToBase64String(GrpcMessages.Frame("xyz")) : Bytes.Text(GrpcMessages.Frame("xyz")));
        await server.SendAsync(end.Replace("{long}", new string('x', 70_000), StringComparison.Ordinal));
        server.Close();

        Assert.Empty(await content.ReadTruncatedAsync());
    }

    [Theory]
    [InlineData(WebCalls.Binary)]
    [InlineData(WebCalls.InText)]
    public async Task Client_ThatGoesAwayWithinItsCall_LeavesNoWholeRequest(string type)
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            $"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nAAAAAA\r\n");

        client.Close();

        Assert.DoesNotContain("0\r\n\r\n", Bytes.Text(await server.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_BehindAnAnswerThatIsOnlyAHead_StayOut()
    {
        var transcript = new Transcript();
        await using Http2Origin origin = Http2Origin.Start(transcript);
        await using ProxyFixture proxy = ProxyFixture.Start(WebCalls.Bridge with { UpstreamHttp2 = Http2Mode.PriorKnowledge }, transcript, origin.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(WebCalls.Call(WebCalls.Binary, GrpcMessages.Frame("")));
        Http2OriginConnection server = await origin.AcceptAsync();
        (uint stream, _) = await server.ReadRequestAsync();

        await server.SendAsync(
            Frames.Headers(stream, FieldBlock.Response(200).Add(("content-type", "application/grpc"), ("grpc-status", "0"), ("content-length", "0")).ToArray(), end: false),
            Frames.Headers(stream, new FieldBlock().Add(("grpc-status", "0")).ToArray()));
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("0", "0", ""), (response["grpc-status"], response["Content-Length"], response.Text));
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task WebSocket_ThatCallsItselfGrpcWeb_IsAWebSocket()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            $"GET /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {WebCalls.InText}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        await server.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello");
        await client.ReadHeadAsync();

        await client.ExpectAsync("hello");
    }

    [Fact]
    public async Task OldClient_GetsTheTrailersBeforeTheEndOfItsConnection()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        string call = WebCalls.Call(WebCalls.Binary, GrpcMessages.Frame("")).Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(call);

        await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")) + "0\r\ngrpc-status: 0\r\n\r\n");

        Assert.Equal(["0 xyz", "128 grpc-status: 0\r\n"], WebCalls.MessagesIn(await client.ReadResponseAsync(), WebCalls.Binary));
        await client.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(false, WebCalls.InText)]
    [InlineData(true, "application/grpc")]
    [InlineData(true, "application/json")]
    public async Task OtherCalls_GoOnAsTheyAre(bool isBridge, string type)
    {
        await using Story story = Story.Begin(isBridge ? WebCalls.Bridge : new ProxySetup());
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(WebCalls.Call(type, Bytes.Of("as it is")));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();

        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\ngrpc-status: 0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal((type, null), (request["Content-Type"], request["TE"]));
        Assert.EndsWith("\r\n\r\n" + request.Text, WebCalls.Call(type, Bytes.Of("as it is")), StringComparison.Ordinal);
        Assert.Equal((type, "ok", "0"), (response["Content-Type"], response.Text, response.Trailer("grpc-status")));
    }

    [Fact]
    public async Task Deadline_WithinTheAnswer_IsTheLastMessage()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(WebCalls.InText, GrpcMessages.Frame(""), "grpc-timeout: 3S\r\n"));

        await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")));
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(["0 xyz", "128 grpc-status: 4\r\ngrpc-message: 504 Gateway Timeout\r\n"], WebCalls.MessagesIn(response, WebCalls.InText));
        await server.ReadToEndAsync();
    }

    [Fact]
    public async Task Deadline_WithinAMessage_BreaksTheAnswerOff()
    {
        await using Story story = Story.Begin(WebCalls.Bridge);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(WebCalls.Binary, GrpcMessages.Frame(""), "grpc-timeout: 3S\r\n"));

        await server.SendAsync(WebCalls.AnswerHead + WebCalls.Chunk(GrpcMessages.Frame("xyz")[..6]));
        ContentReader content = client.ContentOf(await client.ReadHeadAsync("POST"));

        Assert.Equal(6, (await content.ReadTruncatedAsync()).Length);
    }

    [Fact]
    public async Task Headers_OfTheRoute_GoBefore()
    {
        ProxySetup setup = WebCalls.Bridge with
        {
            Route = route => route with
            {
                GrpcWeb = true,
                RequestHeaders = [new HeaderEdit(HeaderOperation.Set, "Content-Type", [Template.Parse("application/grpc+special", TemplateScope.Request)])],
                ResponseHeaders = [new HeaderEdit(HeaderOperation.Set, "Content-Type", [Template.Parse("application/grpc-web+special", TemplateScope.Response)])],
            },
        };
        await using Story story = Story.Begin(setup);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(WebCalls.Call(WebCalls.Binary, GrpcMessages.Frame("")));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();

        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 0\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(("application/grpc+special", "application/grpc-web+special"), (request["Content-Type"], (await client.ReadResponseAsync())["Content-Type"]));
    }

    [Fact]
    public async Task Copies_AreInGrpcToo()
    {
        await using ScriptedUpstream shadow = ScriptedUpstream.Start(new Transcript(), "shadow");
        var copies = new UpstreamPlan { Name = "shadow", Servers = [shadow.Plan] };
        await using Story story = Story.Begin(new ProxySetup
        {
            OtherUpstreams = [copies],
            Route = route => route with { GrpcWeb = true, Mirror = new MirrorPlan(copies) },
        });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(WebCalls.Call(WebCalls.InText, GrpcMessages.Frame("abc")));
        ScriptedServerConnection copied = await shadow.AcceptAsync();

        HttpRequest copy = await copied.ReadRequestAsync();
        await copied.RespondAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 0\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("0", (await client.ReadResponseAsync())["grpc-status"]);
        Assert.Equal(("application/grpc+proto", "trailers"), (copy["Content-Type"], copy["TE"]));
        Assert.Equal(GrpcMessages.Frame("abc"), copy.Content);
    }

    [Fact]
    public async Task Copies_OfCallsOverHttp2_AreInGrpcToo()
    {
        await using ScriptedUpstream shadow = ScriptedUpstream.Start(new Transcript(), "shadow");
        var copies = new UpstreamPlan { Name = "shadow", Servers = [shadow.Plan] };
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup
        {
            OtherUpstreams = [copies],
            Route = route => route with { GrpcWeb = true, Mirror = new MirrorPlan(copies) },
        });
        FieldBlock block = story.Client.Request("POST", "/a.B/C").Add(("content-type", WebCalls.InText), ("grpc-timeout", "9S"));
        (uint stream, ScriptedServerConnection server, HttpRequest head) = await story.OpenAsync(block, end: false, "POST");
        await story.Client.SendContentAsync(stream, Bytes.Of(Convert.ToBase64String(GrpcMessages.Frame("abc"))));
        ScriptedServerConnection copied = await shadow.AcceptAsync();

        HttpRequest copy = await copied.ReadRequestAsync();
        await copied.RespondAsync();
        await server.ContentOf(head).ReadRestAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 0\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("0", (await story.Client.ReadResponseAsync(stream))["grpc-status"]);
        Assert.Equal(("application/grpc+proto", "trailers", "9S"), (copy["Content-Type"], copy["TE"], copy["grpc-timeout"]));
        Assert.Equal(GrpcMessages.Frame("abc"), copy.Content);
    }

    [Fact]
    public async Task Scripts_OfOtherOrigins_CanReadTheStatus()
    {
        var cors = new CorsPlan { Origins = [new CorsOrigin("https://app.test", CorsOriginKind.Exact)], Methods = ["POST"], AnyHeader = true, Expose = ["grpc-status"] };
        await using Story story = Story.Begin(WebCalls.Bridge with { Route = route => route with { GrpcWeb = true, Cors = cors } });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse preflight = await client.ExchangeAsync(
            "OPTIONS /a.B/C HTTP/1.1\r\nHost: a.test\r\nOrigin: https://app.test\r\nAccess-Control-Request-Method: POST\r\n"
            + "Access-Control-Request-Headers: content-type,x-grpc-web\r\n\r\n");
        await client.SendAsync(WebCalls.Call(WebCalls.Binary, GrpcMessages.Frame(""), "Origin: https://app.test\r\n"));
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadRequestAsync();
        await server.SendAsync(WebCalls.AnswerHead + "0\r\ngrpc-status: 0\r\n\r\n");
        HttpResponse answer = await client.ReadResponseAsync();
        server.Close();
        HttpResponse error = await client.ExchangeAsync(WebCalls.Call(WebCalls.Binary, [], "Origin: https://app.test\r\ngrpc-timeout: never\r\n"));

        Assert.Equal((204, "content-type,x-grpc-web"), (preflight.Status, preflight["Access-Control-Allow-Headers"]));
        Assert.All([answer, error], response =>
            Assert.Equal(("https://app.test", "grpc-status"), (response["Access-Control-Allow-Origin"], response["Access-Control-Expose-Headers"])));
        Assert.Equal("13", error["grpc-status"]);
    }
}
