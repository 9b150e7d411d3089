using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Failover;

/// <summary>What takes the place of errors of the proxy's own.</summary>
public sealed class FallbackTests
{
    private static readonly RespondAction Later = new(200, [new("content-type", "text/plain"), new("x-fallback", "yes")], [.. Encoding.ASCII.GetBytes("later")]);

    [Fact]
    public async Task Respond_TakesThePlaceOfAnError()
    {
        using var dead = new DeadServer();
        await using FailoverStage stage = FailoverStage.Begin(FailoverStage.None, dead.Plan, (route, _) => route with { Fallback = new FallbackPlan(null, Later) });
        ScriptedClient client = await stage.SendAsync();

        HttpResponse response = await client.ReadResponseAsync();
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((200, "later", "yes"), (response.Status, response.Text, response["X-Fallback"]));
        Assert.Equal((200, "connect_refused"), (line.Status, line.Error));

        // The connection serves on.
        Assert.Equal("later", (await client.ExchangeAsync(Story.Get)).Text);
    }

    [Fact]
    public async Task Respond_ToAnHttp2Client_TakesThePlaceOfAnError()
    {
        using var dead = new DeadServer();
        var upstream = new UpstreamPlan { Name = "eu", Servers = [dead.Plan] };
        var setup = new ProxySetup
        {
            Http2 = Http2Mode.PriorKnowledge,
            OtherUpstreams = [upstream],
            Routes = [new RoutePlan { Name = "everything", Action = new ProxyAction(upstream), Fallback = new FallbackPlan(null, Later) }],
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript());
        HttpResponse response = await (await proxy.ConnectHttp2Async()).GetAsync();

        Assert.Equal((200, "later"), (response.Status, response.Text));
    }

    [Fact]
    public async Task Respond_LeavesResponsesOfServersAlone()
    {
        await using FailoverStage stage = FailoverStage.Begin(FailoverStage.None, change: (route, _) => route with { Fallback = new FallbackPlan(null, Later) });
        ScriptedClient client = await stage.SendAsync();
        ScriptedServerConnection eu = await stage.Eu.AcceptAsync();
        await eu.ReadRequestAsync();
        await eu.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy");

        Assert.Equal("busy", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Respond_LeavesErrorsOfTheClientAlone()
    {
        await using FailoverStage stage = FailoverStage.Begin(FailoverStage.None, change: (route, _) => route with { Methods = ["GET"], Fallback = new FallbackPlan(null, Later) });
        ScriptedClient client = await stage.SendAsync(Story.Post + "Content-Length: 0\r\n\r\n");

        Assert.Equal(405, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Upstream_GetsWhatFailed()
    {
        using var dead = new DeadServer();
        await using FailoverStage stage = FailoverStage.Begin(FailoverStage.None, dead.Plan, (route, us) => route with { Fallback = new FallbackPlan(us, null) });
        ScriptedClient client = await stage.SendAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        await (await stage.Us.AcceptAsync()).ServeAsync("us");

        Assert.Equal("us", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Upstream_ThatFailsToo_GivesItsError()
    {
        using var dead = new DeadServer();
        await using FailoverStage stage = FailoverStage.Begin(FailoverStage.None, dead.Plan, (route, us) => route with { Fallback = new FallbackPlan(us, null) });
        stage.Close("us");
        ScriptedClient client = await stage.SendAsync();

        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
        Assert.Equal("no_server", (await stage.LogLineAsync()).Error);
    }
}
