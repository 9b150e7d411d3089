using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.Scenarios.Http2;
using Sluice.Scenarios.Http2Upstreams;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Grpc;

/// <summary>What the proxy has to say itself to a call: the status of gRPC in a head that is all of the answer.</summary>
public sealed class CallErrorTests
{
    [Theory]
    [InlineData("application/grpc", "application/grpc")]
    [InlineData("application/grpc+proto", "application/grpc")]
    [InlineData("application/grpc-web+proto", "application/grpc-web")]
    [InlineData("application/grpc-web-text", "application/grpc-web-text")]
    public async Task Server_ThatIsDown_IsUnavailable(string asked, string answered)
    {
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), dead.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Call(asked));

        Assert.Equal((200, answered, ""), (response.Status, response["Content-Type"], response.Text));
        Assert.Equal(("14", "502 Bad Gateway"), (response["grpc-status"], response["grpc-message"]));
        AccessLogEntry line = (await proxy.AccessLog.WaitForAsync(_ => true))[0];
        Assert.Equal((200, 14, "connect_refused"), (line.Status, line.Number("grpc_status"), line.Error));
    }

    [Fact]
    public async Task Answer_OverHttp2_IsASingleHead()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Hosts = [new HostMatch("b.test", IsWildcard: false)] });

        uint stream = await story.Client.SendRequestAsync("POST", "/a.B/C", GrpcMessages.Frame(""), [("content-type", "application/grpc"), ("te", "trailers")]);
        await story.Client.ReadUntilAsync(() => story.Client.StreamOf(stream).IsOver, "the end");

        StreamRecord record = story.Client.StreamOf(stream);
        Assert.Equal(("200", "12", "404 Not Found"), (record[":status"], record["grpc-status"], record["grpc-message"]));
        Assert.Equal((1, 0, true), (record.Sections.Count, record.DataFrames, record.HasEnded));
        Assert.Equal((200, "no_route"), ((await story.LogLineAsync("/a.B/C")).Status, (await story.LogLineAsync("/a.B/C")).Error));
    }

    [Theory]
    [InlineData("POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/grpc\r\nContent-Length: 1000\r\n\r\n", "8", "413 Content Too Large")]
    [InlineData("POST /a.B%00/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/grpc\r\n\r\n", "13", "400 Bad Request")]
    [InlineData("POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/grpc\r\nHost: b.test\r\n\r\n", "13", "400 Bad Request")]
    [InlineData("POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/grpc\r\nX: {long}\r\n\r\n", "8", "431 Request Header Fields Too Large")]
    public async Task Request_ThatIsRefused_HasAStatusOfGrpc(string request, string status, string message)
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestBodyBytesMax = 100 });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(request.Replace("{long}", new string('x', 40_000), StringComparison.Ordinal));

        Assert.Equal((200, status, message), (response.Status, response["grpc-status"], response["grpc-message"]));
    }

    [Theory]
    [InlineData("POST", 200, "12")]
    [InlineData("GET", 405, null)]
    [InlineData("HEAD", 405, null)]
    [InlineData("PUT", 405, null)]
    public async Task Method_OfACall_IsPost(string method, int status, string? grpcStatus)
    {
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Methods = ["DELETE"] } });
        ScriptedClient client = await story.ConnectAsync();

        // What is no call gets no 200 that a cache between might keep.
        await client.SendAsync(Call("application/grpc").Replace("POST", method, StringComparison.Ordinal));
        HttpResponse response = await client.ReadResponseAsync(method);

        Assert.Equal((status, grpcStatus), (response.Status, response["grpc-status"]));
    }

    [Fact]
    public async Task Maintenance_IsUnavailable_AndSaysUntilWhen()
    {
        var maintenance = new MaintenancePlan { Status = 418, RetryAfterSeconds = 7, Page = new PagePlan("text/html", TemplateEncoding.Html, Template.Parse("<p>", TemplateScope.Response)) };
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { Maintenance = maintenance } });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Call("application/grpc"));

        Assert.Equal((200, "application/grpc", "14"), (response.Status, response["Content-Type"], response["grpc-status"]));
        Assert.Equal(("7", ""), (response["Retry-After"], response.Text));
    }

    [Fact]
    public async Task ErrorPages_AreNotForWhatIsSaidInGrpc()
    {
        var page = new PagePlan("text/html", TemplateEncoding.Html, Template.Parse("<p>sorry</p>", TemplateScope.Response));
        var setup = new ProxySetup { Route = route => route with { ErrorPages = [new ErrorPagePlan(500, 599, 0, page, 0, Intercept: true)] } };
        await using Story story = Story.Begin(setup);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Call("application/grpc"));

        await server.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/grpc\r\ngrpc-status: 14\r\nContent-Length: 0\r\n\r\n");
        HttpResponse fromServer = await client.ReadResponseAsync();

        // A page that is there to hide what servers say hides it from everyone; the status is what a client of gRPC goes by (http-grpc-status-mapping.md).
        await client.SendAsync(Call("application/grpc"));
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nsecret");
        HttpResponse hidden = await client.ReadResponseAsync();
        await client.SendAsync(Call("application/grpc"));
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 nonsense\r\n\r\n");
        HttpResponse fromProxy = await client.ReadResponseAsync();

        Assert.Equal((503, "14", ""), (fromServer.Status, fromServer["grpc-status"], fromServer.Text));
        Assert.Equal((503, "<p>sorry</p>"), (hidden.Status, hidden.Text));
        Assert.Equal((200, "13", ""), (fromProxy.Status, fromProxy["grpc-status"], fromProxy.Text));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpcish")]
    [InlineData("")]
    public async Task OtherRequests_GetPlainWords(string type)
    {
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), dead.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(type.Length > 0 ? Call(type) : Story.Get);

        Assert.Equal((502, "502 Bad Gateway\n", false), (response.Status, response.Text, response.Has("grpc-status")));
        Assert.Null((await proxy.AccessLog.WaitForAsync(_ => true))[0].Text("grpc_status"));
    }

    [Fact]
    public async Task FixedResponse_StaysAsItIs()
    {
        var route = new RoutePlan { Name = "fixed", Action = new RespondAction(503, [], [.. "closed"u8]) };
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Routes = [route] }, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Call("application/grpc"));

        Assert.Equal((503, "closed", false), (response.Status, response.Text, response.Has("grpc-status")));
    }

    [Trait("Case", "U-64")]
    [Fact]
    public async Task Server_ThatBreaksOffWithinItsResponse_ResetsTheStream()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        FieldBlock block = story.Client.Request("POST", "/a.B/C").Add(("content-type", "application/grpc"), ("te", "trailers"));
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync(block, end: true, "POST");

        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await story.Client.ReadContentAsync(stream, 3);
        server.Close();

        Assert.Equal(ErrorCode.InternalError, await story.Client.ExpectResetAsync(stream, ErrorCode.InternalError));
        Assert.Null((await story.LogLineAsync("/a.B/C")).Text("grpc_status"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n0\r\ngrpc-status: 5\r\n\r\n", 5)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 16\r\nContent-Length: 0\r\n\r\n", 16)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: lots\r\nContent-Length: 0\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n", null)]
    public async Task Status_OfTheServer_IsLogged(string answer, int? status)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Call("application/grpc"));

        await server.SendAsync(answer);
        await client.ReadResponseAsync();

        Assert.Equal(status?.ToString(CultureInfo.InvariantCulture), (await story.LogLineAsync()).Text("grpc_status"));
    }

    [Fact]
    public async Task Conversation_WithPauses_IsNotTooSlow()
    {
        // Others have to send 240 bytes a second once the grace period is over.
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Limits = new ProxyLimits { MinDataRateGraceMs = 50 } });
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint call = await client.SendHeadAsync(client.Request("POST", "/a.B/C").Add(("content-type", "application/grpc"), ("te", "trailers")), end: false, "POST");
        Http2OriginConnection server = await story.Origin.AcceptAsync();
        StreamRecord received = await server.ReadHeadAsync();
        uint upload = await client.SendHeadAsync(client.Request("POST", "/other"), end: false, "POST");

        Assert.Equal(408, (await client.ReadResponseAsync(upload)).Status);
        await client.SendContentAsync(call, GrpcMessages.Frame("b"));
        await server.ReadUntilAsync(() => received.HasEnded, "the end of the call");
        await server.RespondAsync(received.Id);

        Assert.Equal(GrpcMessages.Frame("b"), received.Content);
        Assert.Equal("ok", (await client.ReadResponseAsync(call)).Text);
    }

    [Fact]
    public async Task Upload_ThatOnlyCallsItselfGrpc_IsTooSlow()
    {
        await using Story story = Story.Begin(new ProxyLimits { MinDataRateGraceMs = 500 });
        (ScriptedClient client, _) = await story.OpenAsync(
            "POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");

        Assert.Equal("14", (await client.ReadResponseAsync())["grpc-status"]);
        Assert.Equal("request_body_too_slow", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Upload_OverHttp2ToAServerOfHttp1_IsTooSlow()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { MinDataRateGraceMs = 500 } });
        (uint stream, _, _) = await story.OpenAsync(story.Client.Request("POST", "/a.B/C").Add(("content-type", "application/grpc")), end: false, "POST");

        Assert.Equal("14", (await story.Client.ReadResponseAsync(stream))["grpc-status"]);
        Assert.Equal("request_body_too_slow", (await story.LogLineAsync("/a.B/C")).Error);
    }

    private static string Call(string type) => $"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {type}\r\nTE: trailers\r\nContent-Length: 0\r\n\r\n";
}
