using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Checks;

/// <summary>Checks over HTTP/2: requests as those of HTTP/1.1, and gRPC's health checking protocol.</summary>
public sealed class Http2CheckTests : IDisposable
{
    private const string Serving = "\0\0\0\0\u0002\u0008\u0001";
    private const string NotServing = "\0\0\0\0\u0002\u0008\u0002";

    private static readonly HealthCheckPlan Grpc = CheckStage.Fast with { Kind = CheckKind.Grpc };

    private readonly TestAuthority _authority = new();
    private readonly Transcript _transcript = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Http_WithPriorKnowledge_IsAskedOverAConnectionOfItsOwn()
    {
        await using Http2Origin origin = Http2Origin.Start(_transcript);
        await using ProxyFixture proxy = Start(origin, CheckStage.Fast with { Expected = new ExpectedText("well") }, Http2Mode.PriorKnowledge);

        for (int i = 0; i < 3; i++)
        {
            Http2OriginConnection server = await origin.AcceptAsync();
            StreamRecord request = await server.ReadHeadAsync();
            await server.RespondAsync(request.Id, i < 2 ? "all is well" : "no");
            Assert.Equal(("GET", "/healthz", "sluice-health-check"), (request[":method"], request[":path"], request["user-agent"]));
        }

        await proxy.Messages.WaitForAsync("health check: the content is not as expected");
        Assert.Equal(2, proxy.Server.Servers[0].Checks.Passed);
    }

    [Theory]
    [InlineData("", "0000000000")]
    [InlineData("shop.Cart", "000000000B0A0973686F702E43617274")]
    public async Task Grpc_Serving_Passes(string service, string expected)
    {
        await using Http2Origin origin = Http2Origin.Start(_transcript);
        await using ProxyFixture proxy = Start(origin, Grpc with { Service = service, Host = "cart.test" }, Http2Mode.Off);
        Http2OriginConnection server = await origin.AcceptAsync();
        StreamRecord stream = await server.ReadHeadAsync();
        await server.ReadUntilAsync(() => stream.IsOver, "the end of the request");

        await server.RespondAsync(stream.Id, Serving, fields: [("content-type", "application/grpc")], trailers: [("grpc-status", "0")]);

        Assert.Equal(("passed", true), await ReportAsync(proxy));
        Assert.Equal(("POST", "/grpc.health.v1.Health/Check", "cart.test"), (stream[":method"], stream[":path"], stream[":authority"]));
        Assert.Equal(("application/grpc", "trailers", expected), (stream["content-type"], stream["te"], Convert.ToHexString(stream.Content)));
    }

    [Theory]
    [InlineData(200, NotServing, "0", "NOT_SERVING")]
    [InlineData(200, "", "0", "no message of the health checking protocol")]
    [InlineData(200, Serving, "13", "grpc-status 13")]
    [InlineData(200, Serving, "ok", "no grpc-status")]
    [InlineData(503, "", "0", "status 503")]
    public async Task Grpc_AnythingElse_Fails(int status, string content, string callStatus, string expected)
    {
        await using Http2Origin origin = Http2Origin.Start(_transcript);
        await using ProxyFixture proxy = Start(origin, Grpc, Http2Mode.Off);
        Http2OriginConnection server = await origin.AcceptAsync();
        StreamRecord stream = await server.ReadHeadAsync();

        await server.RespondAsync(stream.Id, content, status, [("content-type", "application/grpc")], [("grpc-status", callStatus)]);

        Assert.Equal((expected, false), await ReportAsync(proxy));
    }

    [Fact]
    public async Task Grpc_MethodThatIsNotThere_FailsWithTheStatusOfTheHead()
    {
        await using Http2Origin origin = Http2Origin.Start(_transcript);
        await using ProxyFixture proxy = Start(origin, Grpc, Http2Mode.Off);
        Http2OriginConnection server = await origin.AcceptAsync();
        StreamRecord stream = await server.ReadHeadAsync();

        await server.RespondAsync(stream.Id, "", fields: [("content-type", "application/grpc"), ("grpc-status", "12")]);

        Assert.Equal(("grpc-status 12", false), await ReportAsync(proxy));
    }

    [Fact]
    public async Task Grpc_ServerThatSpeaksHttp1_Fails()
    {
        await using CheckStage stage = CheckStage.Begin(Grpc);
        ScriptedServerConnection server = await stage.Health.AcceptAsync();

        await server.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith("upstream_http2_failed", (await stage.ReportAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_ServerThatNeverBegins_FailsAfterTheTimeout_AndEachCheckHasAConnectionOfItsOwn()
    {
        await using CheckStage stage = CheckStage.Begin(Grpc with { TimeoutMs = 100 });
        ScriptedServerConnection first = await stage.Health.AcceptAsync();

        Assert.Equal("no answer within 100ms", (await stage.ReportAsync()).Text);

        await stage.Health.AcceptAsync();
        await first.ReadToEndAsync();
    }

    [Fact]
    public async Task Grpc_OverTls_IsAskedForByAlpn_WhateverRequestsSpeak()
    {
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = _authority.Issue("127.0.0.1").ToX509();
        await using Http2Origin origin = Http2Origin.Start(_transcript, certificate);
        await using ProxyFixture proxy = Start(origin, Grpc, Http2Mode.Off);
        Http2OriginConnection server = await origin.AcceptAsync();
        StreamRecord stream = await server.ReadHeadAsync();

        await server.RespondAsync(stream.Id, Serving, fields: [("content-type", "application/grpc")], trailers: [("grpc-status", "0")]);

        Assert.Equal(("passed", true), await ReportAsync(proxy));
        Assert.Equal("https", stream[":scheme"]);
    }

    private static async Task<(string Text, bool HasPassed)> ReportAsync(ProxyFixture proxy)
    {
        await CheckStage.WaitForAsync(proxy.Server, () => proxy.Server.Servers[0].Checks.Last is not null, "the result of a check");
        CheckReport report = proxy.Server.Servers[0].Checks.Last!;
        return (report.Text, report.HasPassed);
    }

    private ProxyFixture Start(Http2Origin origin, HealthCheckPlan check, Http2Mode http2)
    {
        var setup = new ProxySetup { HealthCheck = check, UpstreamHttp2 = http2, UpstreamTls = new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem) } };
        return ProxyFixture.Start(setup, _transcript, origin.Plan);
    }
}
