using Sluice.Scenarios.Grpc;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Samples;

/// <summary>What the sample of gRPC says is what happens.</summary>
public sealed class GrpcSampleTests : IAsyncDisposable
{
    private readonly Transcript _transcript = new();
    private readonly Http2Origin _origin;
    private readonly ProxyFixture _proxy;

    public GrpcSampleTests()
    {
        _origin = Http2Origin.Start(_transcript);
        _proxy = ProxyFixture.Start(SampleProxy.PlanOf("grpc.yaml", _origin.Plan), _transcript);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task Grpc_Sample_ForwardsCalls()
    {
        Http2Peer client = await _proxy.ConnectHttp2Async(new Http2PeerOptions());
        (string, string)[] fields = [("content-type", "application/grpc"), ("te", "trailers")];
        uint call = await client.SendRequestAsync("POST", "/helloworld.Greeter/SayHello", GrpcMessages.Frame("abc"), fields);
        Http2OriginConnection server = await _origin.AcceptAsync();

        (uint stream, HttpRequest request) = await server.ReadRequestAsync();
        await server.RespondAsync(stream, Bytes.Text(GrpcMessages.Frame("xyz")), fields: [("content-type", "application/grpc")], trailers: [("grpc-status", "0")]);
        HttpResponse response = await client.ReadResponseAsync(call);

        Assert.Equal("trailers", request["te"]);
        Assert.Matches("^([12][0-9]{4}|30000)m$", request["grpc-timeout"]);
        Assert.Equal(GrpcMessages.Frame("abc"), request.Content);
        Assert.Equal(GrpcMessages.Frame("xyz"), response.Content);
        Assert.Equal("0", response.Trailer("grpc-status"));
    }

    [Fact]
    public async Task Grpc_Sample_TakesCallsOfPages()
    {
        ScriptedClient client = await _proxy.ConnectAsync();
        string call = WebCalls.Call(WebCalls.InText, GrpcMessages.Frame("abc"), "Origin: https://app.example.com\r\n");
        await client.SendAsync(call.Replace("/a.B/C", "/helloworld.Greeter/SayHello", StringComparison.Ordinal));
        Http2OriginConnection server = await _origin.AcceptAsync();

        (uint stream, HttpRequest request) = await server.ReadRequestAsync();
        await server.RespondAsync(stream, Bytes.Text(GrpcMessages.Frame("xyz")), fields: [("content-type", "application/grpc")], trailers: [("grpc-status", "0")]);
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("application/grpc+proto", "trailers"), (request["content-type"], request["te"]));
        Assert.Equal(GrpcMessages.Frame("abc"), request.Content);
        Assert.Equal(["0 xyz", "128 grpc-status: 0\r\n"], WebCalls.MessagesIn(response, WebCalls.InText));
        Assert.Equal("grpc-status, grpc-message, grpc-status-details-bin", response["Access-Control-Expose-Headers"]);
    }

    [Theory]
    [InlineData("/helloworld.Greeter/SayHello", true)]
    [InlineData("/events.Feed/Watch", false)]
    public async Task Grpc_Sample_LimitsTheTimeOfCalls(string path, bool isLimited)
    {
        Http2Peer client = await _proxy.ConnectHttp2Async(new Http2PeerOptions());
        await client.SendRequestAsync("POST", path, [], [("content-type", "application/grpc"), ("te", "trailers")]);
        Http2OriginConnection server = await _origin.AcceptAsync();

        StreamRecord request = await server.ReadHeadAsync();

        Assert.Equal(isLimited, request["grpc-timeout"] is not null);
    }
}
