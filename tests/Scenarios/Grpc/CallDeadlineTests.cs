using System.Diagnostics;
using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.Scenarios.Http2;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Grpc;

/// <summary>The time limit of a call: what its client says, what the route allows, what the server is told, and what happens when it is up.</summary>
public sealed class CallDeadlineTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n";

    [Theory]
    [InlineData("grpc-timeout: 60S\r\n", 0, 60_000_000)]
    [InlineData("grpc-timeout: 60S\r\n", 90_000, 60_000_000)]
    [InlineData("grpc-timeout: 60S\r\n", 30_000, 30_000_000)]
    [InlineData("", 30_000, 30_000_000)]
    public async Task Server_IsToldWhatIsLeft(string field, int allowedMs, long limitUs)
    {
        await using Story story = Story.Begin(new ProxyLimits { GrpcTimeoutMaxMs = allowedMs });
        ScriptedClient client = await story.ConnectAsync();

        await client.SendAsync(Call(field));
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadHeadAsync();
        await server.SendAsync(Head + "grpc-status: 0\r\nContent-Length: 0\r\n\r\n");

        Assert.InRange(Microseconds(request["grpc-timeout"]!), limitUs - 20_000_000, limitUs);
        Assert.Equal("0", (await client.ReadResponseAsync())["grpc-status"]);
    }

    [Theory]
    [InlineData("Content-Type: application/grpc\r\n", null)]
    [InlineData("Content-Type: application/json\r\ngrpc-timeout: 1m\r\n", "1m")]
    [InlineData("grpc-timeout: whatever\r\n", "whatever")]
    public async Task WithoutALimit_NothingIsToldAndNothingHappens(string fields, string? told)
    {
        await using Story story = Story.Begin();

        (ScriptedClient client, ScriptedServerConnection server) = (await story.ConnectAsync(), null!);
        await client.SendAsync($"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\n{fields}Content-Length: 0\r\n\r\n");
        server = await story.AcceptAsync();
        HttpRequest request = await server.ReadHeadAsync();
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
        await server.RespondAsync();

        Assert.Equal((told, "ok"), (request["grpc-timeout"], (await client.ReadResponseAsync()).Text));
    }

    [Fact]
    public async Task TimeInTheQueue_Counts()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1 } });
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync(Call(""));
        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(Call("grpc-timeout: 60S\r\n"));
        await story.Proxy.PassByAsync();
        await second.ExpectSilenceAsync(TimeSpan.FromMilliseconds(300));

        await server.RespondAsync();
        await first.ReadResponseAsync();
        HttpRequest request = await server.ServeAsync();

        Assert.InRange(Microseconds(request["grpc-timeout"]!), 50_000_000, 59_750_000);
        await second.ReadResponseAsync();
    }

    [Theory]
    [InlineData("grpc-timeout: 1500m\r\n", 0)]
    [InlineData("grpc-timeout: 1500000u\r\n", 0)]
    [InlineData("grpc-timeout: 1H\r\n", 1_500)]
    [InlineData("", 1_500)]
    public async Task Server_ThatAnswersNothing_IsGivenUp(string field, int allowedMs)
    {
        await using Story story = Story.Begin(new ProxyLimits { GrpcTimeoutMaxMs = allowedMs });
        long start = Stopwatch.GetTimestamp();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Call(field));

        HttpResponse response = await client.ReadResponseAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1_490, 20_000);
        Assert.Equal((200, "4", "504 Gateway Timeout"), (response.Status, response["grpc-status"], response["grpc-message"]));
        await server.ExpectGoneAsync();
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal(("grpc_deadline_exceeded", 4), (line.Error, line.Number("grpc_status")));

        // The client's connection is as good as before.
        await client.SendAsync(Call(""));
        server = await story.AcceptAsync();
        await server.ServeAsync();
        Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Call_ThatWaitsForAConnection_IsGivenUp()
    {
        await using Story story = Story.Begin(new ProxySetup { Pool = new PoolLimits { ConnectionsMax = 1 } });
        (ScriptedClient first, ScriptedServerConnection server) = await story.OpenAsync(Call(""));
        ScriptedClient second = await story.ConnectAsync("second");

        HttpResponse response = await second.ExchangeAsync(Call("grpc-timeout: 1S\r\n"));

        Assert.Equal("4", response["grpc-status"]);
        await server.RespondAsync();
        Assert.Equal("ok", (await first.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Call_WhoseContentIsLongInComing_IsGivenUp()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/grpc\r\ngrpc-timeout: 3S\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();

        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal("4", response["grpc-status"]);
        await server.ReadToEndAsync();
    }

    [Fact]
    public async Task Response_ThatHasBegun_EndsWithTrailersThatSaySo()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Call("grpc-timeout: 3S\r\n"));

        await server.SendAsync(Head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("abc", "4", "504 Gateway Timeout"), (response.Text, response.Trailer("grpc-status"), response.Trailer("grpc-message")));
        await server.ExpectGoneAsync();
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((200, "grpc_deadline_exceeded", 4), (line.Status, line.Error, line.Number("grpc_status")));
        await client.SendAsync(Call(""));
        await (await story.AcceptAsync()).ServeAsync();
        Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Response_ThatHasBegunOverHttp2_EndsWithTrailersThatSaySo()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        FieldBlock block = story.Client.Request("POST", "/a.B/C").Add(("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", "3S"));
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync(block, end: true, "POST");

        await server.SendAsync(Head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        HttpResponse response = await story.Client.ReadResponseAsync(stream);

        Assert.Equal(("abc", "4"), (response.Text, response.Trailer("grpc-status")));
        await server.ExpectGoneAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_OfTheServer_IsCancelled(bool hasBegun)
    {
        var transcript = new Transcript();
        await using Http2Origin origin = Http2Origin.Start(transcript);
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { UpstreamHttp2 = Http2Mode.PriorKnowledge }, transcript, origin.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Call("grpc-timeout: 3S\r\n"));
        Http2OriginConnection server = await origin.AcceptAsync();
        (uint stream, _) = await server.ReadRequestAsync();
        if (hasBegun)
        {
            await server.SendAsync(Frames.Headers(stream, FieldBlock.Response(200).Add(("content-type", "application/grpc")).ToArray(), end: false));
        }

        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal("4", hasBegun ? response.Trailer("grpc-status") : response["grpc-status"]);
        Assert.Equal(ErrorCode.Cancel, await server.ExpectResetAsync(stream, ErrorCode.Cancel));

        // The connection goes on.
        await client.SendAsync(Call(""));
        await server.ServeAsync();
        Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData(Head + "Content-Length: 10\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    public async Task Response_ThatCanNotEndInOrder_IsBrokenOff(string response)
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Call("grpc-timeout: 3S\r\n"));

        await server.SendAsync(response);
        ContentReader content = client.ContentOf(await client.ReadHeadAsync("POST"));

        Assert.Equal("abc", Bytes.Text(await content.ReadTruncatedAsync()));
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Client_ThatTakesNothing_DoesNotKeepTheServer()
    {
        await using Story story = Story.Begin();
        (_, ScriptedServerConnection server) = await story.OpenAsync(Call("grpc-timeout: 3S\r\n"), receiveBufferBytes: 4096);
        await server.SendAsync(Head + "Transfer-Encoding: chunked\r\n\r\n40000000\r\n");

        // Takes as long as the proxy does, up to the end of the connection.
        while (await server.TrySendAsync(new byte[64 * 1024]))
        {
        }

        Assert.Equal("grpc_deadline_exceeded", (await story.LogLineAsync()).Error);
    }

    [Theory]
    [InlineData("grpc-timeout: 1\r\n", "13")]
    [InlineData("grpc-timeout: S\r\n", "13")]
    [InlineData("grpc-timeout: 123456789S\r\n", "13")]
    [InlineData("grpc-timeout: 1S\r\ngrpc-timeout: 2S\r\n", "13")]
    [InlineData("grpc-timeout: 0S\r\n", "4")]
    public async Task Timeout_ThatIsNone_ReachesNoServer(string field, string status)
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Call(field));

        Assert.Equal((200, status), (response.Status, response["grpc-status"]));
        Assert.Equal(status == "13" ? "grpc_timeout_invalid" : "grpc_deadline_exceeded", (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task Deadline_OfACallThatEnded_IsForgotten()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Call("grpc-timeout: 3S\r\n"));
        await server.RespondAsync();
        await client.ReadResponseAsync();

        await client.SendAsync(Call(""));
        await server.ReadHeadAsync();
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(3_300));
        await server.RespondAsync();

        Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Field_ThatTheRouteWrites_IsTheRoutes()
    {
        var edit = new HeaderEdit(HeaderOperation.Set, "grpc-timeout", [Template.Parse("9S", TemplateScope.Request)]);
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { RequestHeaders = [edit] } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Call("grpc-timeout: 1S\r\n"));
        ScriptedServerConnection server = await story.AcceptAsync();

        Assert.Equal("9S", (await server.ReadHeadAsync())["grpc-timeout"]);

        // What the client said holds here all the same.
        Assert.Equal("4", (await client.ReadResponseAsync())["grpc-status"]);
    }

    private static string Call(string fields) => $"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/grpc\r\n{fields}TE: trailers\r\nContent-Length: 0\r\n\r\n";

    private static long Microseconds(string timeout)
    {
        Assert.Matches("^[0-9]{1,8}[mu]$", timeout);
        return long.Parse(timeout[..^1], CultureInfo.InvariantCulture) * (timeout[^1] == 'm' ? 1_000 : 1);
    }
}
