using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Http2Upstreams;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Health;

/// <summary>Responses that a server begins well and breaks off speak against it as if it had not answered at all; those that a client breaks off don't.</summary>
public sealed class BrokenResponseTests
{
    private const int Times = 3;

    // None of them is forgotten before the last, however long each takes.
    private static readonly CircuitBreakerPlan Breaker = new() { RequestsMin = Times, ErrorPercent = 100, WindowMs = 60_000 };

    private static readonly ProxyLimits Impatient = new() { UpstreamIdleTimeoutMs = 200 };

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234", "close", ProxyErrorCode.ResponseTruncated)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234", "reset", ProxyErrorCode.ResponseTruncated)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234", "pause", ProxyErrorCode.ResponseBodyTimeout)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n01234", "reset", ProxyErrorCode.ResponseTruncated)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n", "close", ProxyErrorCode.ResponseTruncated)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n", "zz\r\n", ProxyErrorCode.ResponseBodyInvalid)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n01234", "reset", ProxyErrorCode.ResponseTruncated)]
    public async Task Server_ThatBreaksOffItsResponses_IsTakenOutAndOpensTheCircuit(string beginning, string end, ProxyErrorCode error)
    {
        var transcript = new Transcript();
        await using ScriptedUpstream bad = ScriptedUpstream.Start(transcript, "bad");
        await using var good = new MoodyOrigin();
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(end == "pause" ? Impatient : new ProxyLimits()), transcript, bad.Plan, good.Plan);
        UpstreamState upstream = proxy.Server.Upstreams.Single();
        for (int i = 1; i <= Times; i++)
        {
            Assert.Null(upstream.Members[0].Server.Ejection);
            ScriptedClient client = await proxy.ConnectAsync($"client{i}");
            await client.SendAsync(Story.Get);
            ScriptedServerConnection server = await bad.AcceptAsync();
            await server.ReadHeadAsync();
            await server.SendAsync(beginning);
            await client.ReadHeadAsync();
            await client.ReadThroughAsync("01234");
            await EndAsync(server, end);
            await proxy.AccessLog.WaitForAsync(entry => entry.Error == ProxyErrors.Get(error).Name, i);
        }

        await ExpectAsync(upstream, error);
        Assert.Equal(Times, upstream.Health.BrokenResponses.CountOf(error));
        Assert.Equal(Times, BrokenResponses.Reasons.Sum(upstream.Health.BrokenResponses.CountOf));
    }

    [Fact]
    public async Task Stream_ThatAnHttp2ServerResetsWithinTheContent_CountsAgainstIt()
    {
        var transcript = new Transcript();
        await using Http2Origin bad = Http2Origin.Start(transcript);
        await using Http2Origin good = Http2Origin.Start(transcript);
        await using ProxyFixture proxy = ProxyFixture.Start(
            Setup(new ProxyLimits()) with { UpstreamHttp2 = Http2Mode.PriorKnowledge }, transcript, bad.Plan, good.Plan);
        UpstreamState upstream = proxy.Server.Upstreams.Single();
        Http2OriginConnection? server = null;
        for (int i = 1; i <= Times; i++)
        {
            Assert.Null(upstream.Members[0].Server.Ejection);
            ScriptedClient client = await proxy.ConnectAsync($"client{i}");
            await client.SendAsync(Story.Get);
            server ??= await bad.AcceptAsync();
            StreamRecord request = await server.ReadHeadAsync();
            await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response(200).ToArray(), end: false));
            await server.SendContentAsync(request.Id, Bytes.Of("01234"), end: false);
            await client.ReadHeadAsync();
            await client.ReadThroughAsync("01234");
            await server.SendAsync(Frames.Reset(request.Id, ErrorCode.InternalError));
            await proxy.AccessLog.WaitForAsync(entry => entry.Error == "response_truncated", i);
        }

        await ExpectAsync(upstream, ProxyErrorCode.ResponseTruncated);
        Assert.Equal(Times, upstream.Health.BrokenResponses.CountOf(ProxyErrorCode.ResponseTruncated));
    }

    [Fact]
    public async Task Client_ThatGoesAwayWithinTheResponse_NeverCountsAgainstTheServer()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream slow = ScriptedUpstream.Start(transcript, "slow");
        await using var good = new MoodyOrigin();
        await using ProxyFixture proxy = ProxyFixture.Start(Setup(new ProxyLimits()), transcript, slow.Plan, good.Plan);
        UpstreamState upstream = proxy.Server.Upstreams.Single();
        const int Clients = 6;
        for (int i = 1; i <= Clients; i++)
        {
            ScriptedClient client = await proxy.ConnectAsync($"hasty{i}");
            await client.SendAsync(Story.Get);
            ScriptedServerConnection server = await slow.AcceptAsync();
            await server.ReadHeadAsync();
            await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n");
            await client.ReadHeadAsync();
            await client.ReadThroughAsync("01234");
            client.Reset();
            await server.ExpectGoneAsync();
            await proxy.AccessLog.WaitForAsync(entry => entry.Status == 499 || entry.Error is "client_gone" or "client_reset", i);
        }

        Assert.Equal(0, BrokenResponses.Reasons.Sum(upstream.Health.BrokenResponses.CountOf));
        Assert.Equal((Availability.Ready, CircuitState.Closed), (upstream.Members[0].Server.Health.Availability, upstream.Circuit!.Phase.State));
        Assert.Equal(0, good.Requests);
    }

    [Fact]
    public async Task Response_ThatCountsByItsStatus_DoesNotCountOnceMore()
    {
        await using Story story = Story.Begin(Setup(new ProxyLimits()) with
        {
            Upstream = upstream => upstream with { CircuitBreaker = Breaker with { ErrorPercent = 60 } },
        });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 500 Oops\r\nContent-Length: 10\r\n\r\n01234");
        await client.ReadHeadAsync();
        server.Close();
        (ScriptedClient other, ScriptedServerConnection second) = await story.OpenAsync();
        await second.RespondAsync("fine");
        Assert.Equal("fine", (await other.ReadResponseAsync()).Text);

        // Two requests of which one failed, and not three of which two did.
        await story.Proxy.AccessLog.WaitForAsync(entry => entry.Error == "response_truncated");
        UpstreamState upstream = story.Proxy.Server.Upstreams.Single();
        Assert.Equal(1, upstream.Health.BrokenResponses.CountOf(ProxyErrorCode.ResponseTruncated));
        await other.SendAsync(Story.Get);
        await second.ReadHeadAsync();
        await second.SendAsync("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(500, (await other.ReadResponseAsync()).Status);
        await HealthStage.WaitUntilAsync(() => upstream.Circuit!.Phase.State == CircuitState.Open, "open");
        await story.Proxy.Messages.WaitForAsync("66.7 % of 3 requests failed");
    }

    private static ProxySetup Setup(ProxyLimits limits) => new()
    {
        Limits = limits,
        Balance = new BalancePlan(BalancePolicy.First),
        Upstream = upstream => upstream with { Outliers = new OutlierPlan { ConsecutiveErrors = Times }, CircuitBreaker = Breaker },
    };

    private static async Task EndAsync(ScriptedServerConnection server, string end)
    {
        switch (end)
        {
            case "close":
                server.ShutdownSend();
                break;
            case "reset":
                server.Reset();
                break;
            case "pause":
                await server.ExpectGoneAsync();
                break;
            default:
                await server.SendAsync(end);
                break;
        }
    }

    private static async Task ExpectAsync(UpstreamState upstream, ProxyErrorCode error)
    {
        ServerState server = upstream.Members[0].Server;
        await HealthStage.WaitUntilAsync(() => server.Ejection is not null, "ejected");
        Assert.Equal($"{Times} errors in a row, the last one {ProxyErrors.Get(error).Name}", server.Ejection!.Reason);
        await HealthStage.WaitUntilAsync(() => upstream.Circuit!.Phase.State == CircuitState.Open, "open");
        Assert.Equal($"100 % of {Times} requests failed", upstream.Circuit!.Phase.Reason);
    }
}
