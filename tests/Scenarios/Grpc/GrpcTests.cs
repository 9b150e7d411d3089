using System.Net;
using Sluice.Proxy.Plans;
using Sluice.Scenarios.RealPeers;

namespace Sluice.Scenarios.Grpc;

/// <summary>gRPC in all its kinds from a real client to a real server, over TLS and in clear text: the proxy is not to be noticed.</summary>
public sealed class GrpcTests(GrpcPeer peer) : IClassFixture<GrpcPeer>
{
    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Unary_CarriesMetadataAndTrailersBothWays(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "unary");

        Assert.Equal(("OK", "ping"), (sight.Code, sight.Reply));
        Assert.Equal(["x-test-data-bin: AAH+/w==", "x-test-text: hello"], sight.First);
        Assert.Equal(["x-trailer-bin: AP8B", "x-trailer-text: last words"], sight.Last);
        AccessLogEntry line = (await stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/sluice.test.Echo/Unary"))[0];
        Assert.Equal((200, "HTTP/2", null), (line.Status, line.Text("protocol"), line.Error));
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Unary_OfAnEmptyMessage_IsAnswered(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "empty");

        Assert.Equal(("OK", ""), (sight.Code, sight.Reply));
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task ClientStreaming_ArrivesWhole(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        Assert.Equal("one,two,three", (await GrpcPeer.CallAsync(stage, "collect")).Reply);
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task ServerStreaming_ArrivesWhole(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        Assert.Equal(["message 0", "message 1", "message 2"], (await GrpcPeer.CallAsync(stage, "repeat")).Replies);
        Assert.Empty((await GrpcPeer.CallAsync(stage, "nothing")).Replies);
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task BidirectionalStreaming_GoesBackAndForth(Dialect dialect)
    {
        // Each word is sent only after the answer to the one before.
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "chat");

        Assert.Equal(["one", "ONE", "two", "TWO", "three", "THREE"], sight.List("talk"));
        Assert.Equal("OK", sight.Code);
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Messages_Of4MB_ArriveUnchanged(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "large");

        Assert.True(sight.Json.GetProperty("same").GetBoolean());
        Assert.Equal(4 << 20, sight.Number("bytes"));
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task ManyCalls_AtOnce_AreAllAnswered(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        Assert.Equal(300, (await GrpcPeer.CallAsync(stage, "many")).Number("right"));
    }

    [Trait("Case", "U-63")]
    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Failure_WithoutAMessage_KeepsStatusTextAndDetails(Dialect dialect)
    {
        // A response of one HEADERS frame: trailers only.
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "fail");

        Assert.Equal(("FAILED_PRECONDITION", "not before 100 % of ünïcode"), (sight.Code, sight.Details));
        Assert.Equal(["grpc-status-details-bin: CAkSBWxhdGVy"], sight.Last);
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Failure_BehindMessages_KeepsThemAndTheStatus(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "fail_late");

        Assert.Equal(["first"], sight.Replies);
        Assert.Equal(("DATA_LOSS", "the rest is gone"), (sight.Code, sight.Details));
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Method_ThatTheServerDoesNotKnow_IsUnimplementedInItsWords(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "unknown");

        Assert.Equal(("UNIMPLEMENTED", "Method not found!"), (sight.Code, sight.Details));
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Deadline_ReachesTheServerAndEndsTheCallThere(Dialect dialect)
    {
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "deadline");

        Assert.Equal("DEADLINE_EXCEEDED", sight.Code);
        Assert.Equal("waiting with a deadline", await peer.NextLineAsync(dialect));
        Assert.Equal("ended", await peer.NextLineAsync(dialect));
    }

    [Theory]
    [InlineData(Dialect.Http2, "cancel", "waiting for ever")]
    [InlineData(Dialect.Http2OverTls, "cancel", "waiting for ever")]
    [InlineData(Dialect.Http2, "cancel_stream", "waiting in a stream")]
    [InlineData(Dialect.Http2OverTls, "cancel_stream", "waiting in a stream")]
    public async Task Cancellation_ByTheClient_EndsTheCallAtTheServer(Dialect dialect, string scenario, string waiting)
    {
        await using PeerStage stage = Start(dialect);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, scenario);

        Assert.Equal("CANCELLED", sight.Code);
        Assert.Equal(waiting, await peer.NextLineAsync(dialect));
        Assert.Equal("ended", await peer.NextLineAsync(dialect));
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Server_ThatIsDown_IsUnavailable(Dialect dialect)
    {
        using var dead = new DeadServer();
        await using PeerStage stage = PeerStage.Start(peer.Authority, dialect, Dialect.Http2, dead.Plan);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "plain");

        Assert.Equal("UNAVAILABLE", sight.Code);
    }

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Call_WithoutARoute_IsUnimplemented(Dialect dialect)
    {
        await using PeerStage stage = PeerStage.Start(peer.Authority, dialect, Dialect.Http2);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "plain");

        Assert.Equal("UNIMPLEMENTED", sight.Code);
    }

    [Fact]
    public async Task Call_ThatARouteAnswersWith503_IsUnavailableAndHttp200()
    {
        var closed = new RoutePlan { Name = "closed", Action = new RespondAction(200, [], []), Maintenance = new MaintenancePlan() };
        await using PeerStage stage = PeerStage.Start(peer.Authority, Dialect.Http2, Dialect.Http2, setup => setup with { Routes = [closed] });
        using HttpClient client = stage.NewClient();
        using HttpRequestMessage request = GrpcMessages.NewRequest(stage.Version, stage.Url("/sluice.test.Echo/Unary"), "application/grpc", []);

        GrpcSight sight = await GrpcPeer.CallAsync(stage, "plain");
        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal("UNAVAILABLE", sight.Code);

        // As the protocol wants it: the error is the status of gRPC alone, with the type of what was asked for.
        Assert.Equal((HttpStatusCode.OK, "application/grpc"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    private PeerStage Start(Dialect dialect) => PeerStage.Start(peer.Authority, dialect, dialect, peer.Plans[dialect]);
}
