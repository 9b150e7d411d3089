using System.Text;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor;
using Sluice.TestKit.Certificates;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>What a request may cost in allocated bytes and system calls: the numbers of bench/budgets.json, measured on the loop that serves.</summary>
public sealed class BudgetTests
{
    private const int Connections = 64;
    private const int WarmUpRounds = 100;
    private const int Rounds = 300;

    private static readonly byte[] Request = [.. "GET /x HTTP/1.1\r\nHost: budget.example\r\nUser-Agent: budget\r\nAccept: */*\r\n\r\n"u8];

    [Fact]
    public async Task Request_ThatARouteChangesBothWays_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Transforming(Plans.PortOf(origin)), Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_transform", proxy, Request);
    }

    [Theory]
    [InlineData("http1_access", 200, "GET /a/../x HTTP/1.1\r\nHost: b.example\r\nOrigin: https://a.b.example\r\n\r\n")]
    [InlineData("http1_access", 200, "GET /a/../x HTTP/1.1\r\nHost: b.example\r\nOrigin: https://abc.test\r\n\r\n")]
    [InlineData("http1_preflight", 204, "OPTIONS /x HTTP/1.1\r\nHost: b.example\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: a\r\n\r\n")]
    [InlineData("http1_error_page", 405, "POST /x HTTP/1.1\r\nHost: b.example\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("http1_error_page", 400, "GET /x%2Fy HTTP/1.1\r\nHost: b.example\r\n\r\n")]
    public async Task Request_ThatARouteChecks_StaysWithinItsBudget(string name, int status, string request)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Checking(Plans.PortOf(origin)), Plans.OneWorker);

        await AssertWithinBudgetAsync(name, proxy, Encoding.ASCII.GetBytes(request), status);
    }

    [Theory]
    [InlineData("http1_proxy", "/")]
    [InlineData("http1_respond", "/x")]
    public async Task Request_SteadyState_StaysWithinItsBudget(string name, string respondPath)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Proxy(respondPath, Plans.PortOf(origin)), Plans.OneWorker);

        await AssertWithinBudgetAsync(name, proxy, Request);
    }

    [Fact]
    public async Task SplitRequest_SteadyState_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer other = SluiceServer.Start(Plans.Respond("other"), Plans.OneWorker);
        ProxyPlan plan = Plans.Split(new StickyCookiePlan(), Plans.PortOf(origin), Plans.PortOf(other));
        await using SluiceServer proxy = SluiceServer.Start(plan, Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_split", proxy, Request);
    }

    [Fact]
    public async Task MirroredRequest_SteadyState_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer shadow = SluiceServer.Start(Plans.Respond("shadow"), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Mirrored(Plans.PortOf(origin), Plans.PortOf(shadow), Connections), Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_mirror", proxy, Request);

        // Those of the last round may still be on their way, and some may have found too many others on theirs.
        MirrorCounts counts = proxy.MirrorCountsOf("all");
        Assert.InRange(counts.Sent + counts.Dropped, (WarmUpRounds + Rounds - 1) * Connections, (WarmUpRounds + Rounds) * Connections);
        Assert.True(counts.Failed == 0 && counts.Sent > counts.Dropped, $"{counts}");
    }

    [Theory]
    [InlineData("http1_tls_clients")]
    [InlineData("http1_tls_servers")]
    public async Task Request_OverTls_StaysWithinItsBudget(string name)
    {
        using var authority = new TestAuthority();
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        ProxyPlan terminating = Plans.Proxy("/fixed", Plans.PortOf(origin));
        TlsPlan tls = new() { Certificates = [authority.Issue("127.0.0.1").Plan] };
        await using SluiceServer terminator = SluiceServer.Start(terminating with { Listeners = [terminating.Listeners[0] with { Tls = tls }] }, Plans.OneWorker);
        await using SluiceServer encrypter = SluiceServer.Start(
            Plans.Encrypting(Plans.PortOf(terminator), new UpstreamTlsPlan { Trust = new TrustPlan(authority.Pem) }), Plans.OneWorker);

        await AssertWithinBudgetAsync(name, encrypter, Request, measured: name == "http1_tls_clients" ? terminator : encrypter);

        Assert.True(terminator.Handshakes.All >= Connections, $"{terminator.Handshakes} handshakes");
    }

    private static async Task AssertWithinBudgetAsync(string name, SluiceServer proxy, byte[] request, int status = 200, SluiceServer? measured = null)
    {
        EventLoop loop = (measured ?? proxy).Loops[0];
        using var clients = new ClientGroup(Plans.PortOf(proxy), Connections);
        clients.Run(WarmUpRounds, request, status);

        LoopCost before = await LoopCost.MeasureAsync(loop);
        clients.Run(Rounds, request, status);
        LoopCost after = await LoopCost.MeasureAsync(loop);

        LoopCost.AssertWithinBudget(name, before, after, Rounds * Connections);
        Assert.True(after.Calls - before.Calls >= 2L * Rounds * Connections, "A request can't be served with less than a receive and a send: the counter is broken.");
    }
}
