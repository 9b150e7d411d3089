using System.Text;
using Sluice.Http.Representations;
using Sluice.Proxy.Caching;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Templates;
using Sluice.Reactor;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;
using Sluice.TestKit.Upstreams;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>What a request may cost in allocated bytes and system calls: the numbers of bench/budgets.json, measured on the loop that serves.</summary>
[Collection(nameof(BudgetTests))]
[CollectionDefinition(nameof(BudgetTests), DisableParallelization = true)]
public sealed class BudgetTests
{
    private const int Connections = 64;

    // As many encoders and decoders as a worker keeps: where a busy machine has more of them at it at once, those above are made anew.
    private const int CodingConnections = 16;
    private const int WarmUpRounds = 100;
    private const int Rounds = 300;
    private const string LastChunk = "\r\n0\r\n\r\n";

    private static readonly ContentCoding[] Codings = [ContentCoding.Gzip, ContentCoding.Brotli, ContentCoding.Zstd];

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

    [Theory]
    [InlineData(5)]
    [InlineData(500)]
    public async Task CachedRequest_SteadyState_StaysWithinItsBudget(int bytes)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond(new string('x', bytes - 3) + "end"), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Cached(Plans.PortOf(origin)), Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_cache_hit", proxy, Request, end: "end");
        Assert.Equal(0, proxy.CachedOf(CacheOutcome.Bypass));
        Assert.InRange(proxy.CachedOf(CacheOutcome.Hit), Rounds * Connections, long.MaxValue);
    }

    [Theory]
    [InlineData("http1_files_1_kb", "GET /small.txt", 200, 1024)]
    [InlineData("http1_files_1_kb", "HEAD /small.txt", 200, 0)]
    [InlineData("http1_files_missing", "GET /missing.txt", 404, 0)]
    [InlineData("http1_files_not_modified", "GET /small.txt HTTP/1.1\r\nIf-Modified-Since: Fri, 03 Jan 2020 00:00:00 GMT", 304, 0)]
    [InlineData("http1_files_range", "GET /large.bin HTTP/1.1\r\nRange: bytes=1-900", 206, 900)]
    [InlineData("http1_files_sendfile", "GET /large.bin", 200, 32 * 1024)]
    public async Task RequestForAFile_SteadyState_StaysWithinItsBudget(string name, string request, int status, int contentBytes)
    {
        using var folder = new ScratchFolder();
        File.SetLastWriteTimeUtc(folder.Write("small.txt", new string('x', 1024)), new DateTime(2020, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        folder.Write("large.bin", new string('x', 32 * 1024));
        await using SluiceServer proxy = SluiceServer.Start(Plans.Files(folder.Path), Plans.OneWorker);
        string start = request.Contains(" HTTP/", StringComparison.Ordinal) ? request : request + " HTTP/1.1";

        await AssertWithinBudgetAsync(name, proxy, Encoding.ASCII.GetBytes(start + "\r\nHost: b.example\r\n\r\n"), status, end: new string('x', contentBytes));
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
    public async Task Request_HashedByATextWithVariables_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer other = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        var key = StickyKeyPlan.Of(Template.Parse("{header.user-agent}/{client.ip}/{query.a}/{path.1}/{cookie.none}", TemplateScope.Request));
        await using SluiceServer proxy = SluiceServer.Start(Plans.Hashed(key, Plans.PortOf(origin), Plans.PortOf(other)), Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_hash", proxy, Request);
    }

    [Fact]
    public async Task Request_ToAWatchedUpstream_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer other = SluiceServer.Start(Plans.Respond("other"), Plans.OneWorker);
        var circuit = new CircuitBreakerPlan { Latency = new CircuitLatencyPlan(9_900, 60_000) };
        await using SluiceServer proxy = SluiceServer.Start(Plans.Watched(circuit, Plans.PortOf(origin), Plans.PortOf(other)), Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_watched", proxy, Request);
    }

    // Ready to be sent twice, but not sent: its time never comes, or there is no budget when it does.
    [Theory]
    [InlineData(600_000, 0)]
    [InlineData(0, 5_000)]
    public async Task Request_ThatMayBeHedged_StaysWithinItsBudget(int delayMs, int quantileHundredths)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer other = SluiceServer.Start(Plans.Respond("other"), Plans.OneWorker);
        ProxyPlan plan = Plans.Watched(new CircuitBreakerPlan(), Plans.PortOf(origin), Plans.PortOf(other));
        var retries = new RetryPlan { Hedge = new HedgePlan(delayMs, quantileHundredths), BudgetMin = 0, BudgetPercent = 0 };
        await using SluiceServer proxy = SluiceServer.Start(plan with { Routes = [plan.Routes[0] with { Retries = retries }] }, Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_hedge", proxy, Request);
    }

    [Fact]
    public async Task Request_ToAnOpenCircuit_StaysWithinItsBudget()
    {
        using var dead = new DeadServer();
        var circuit = new CircuitBreakerPlan { RequestsMin = 1, OpenForMs = 3_600_000, OpenForMaxMs = 3_600_000 };
        await using SluiceServer proxy = SluiceServer.Start(Plans.Watched(circuit, dead.Plan.Address.Port), new SluiceServerOptions { Workers = 1, Log = _ => { } });
        using (var first = new ClientGroup(Plans.PortOf(proxy), 1))
        {
            first.Run(1, Request, 502);
        }

        Assert.True(SpinWait.SpinUntil(() => proxy.Upstreams.Single().Circuit!.Phase.State == CircuitState.Open, Patience.PerStep));

        await AssertWithinBudgetAsync("http1_circuit_open", proxy, Request, 503);
    }

    [Fact]
    public async Task RequestThatMayBeRetried_SteadyState_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Retrying(Plans.PortOf(origin)), Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_proxy", proxy, Request);
    }

    [Fact]
    public async Task MirroredRequest_SteadyState_StaysWithinItsBudget()
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.Respond("hello"), Plans.OneWorker);
        await using SluiceServer shadow = SluiceServer.Start(Plans.Respond("shadow"), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Mirrored(Plans.PortOf(origin), Plans.PortOf(shadow), Connections), Plans.OneWorker);

        int requests = await AssertWithinBudgetAsync("http1_mirror", proxy, Request);

        // Those of the last round may still be on their way, and some may have found too many others on theirs.
        MirrorCounts counts = proxy.MirrorCountsOf("all");
        Assert.InRange(counts.Sent + counts.Dropped, requests - Connections, requests);
        Assert.True(counts.Failed == 0 && counts.Sent > counts.Dropped, $"{counts}");
    }

    [Fact]
    public async Task FixedResponse_ThatIsCompressed_StaysWithinItsBudget()
    {
        await using SluiceServer proxy = SluiceServer.Start(Plans.RespondWithPage(new CompressionPlan()), Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_respond", proxy, "GET /x HTTP/1.1\r\nHost: b.example\r\nAccept-Encoding: gzip\r\n\r\n"u8.ToArray());
    }

    [Theory]
    [InlineData("gzip", BreachPolicy.Off)]
    [InlineData("br", BreachPolicy.Off)]
    [InlineData("zstd", BreachPolicy.Off)]
    [InlineData("gzip", BreachPolicy.Pad)]
    [InlineData("br", BreachPolicy.Pad)]
    public async Task Response_ThatIsCompressed_StaysWithinItsBudget(string encoding, BreachPolicy breach)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.RespondWithPage(), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Compressing(Plans.PortOf(origin), breach), Plans.OneWorker);

        byte[] request = Encoding.ASCII.GetBytes($"GET /x HTTP/1.1\r\nHost: b.example\r\nAccept-Encoding: {encoding}\r\n\r\n");
        int requests = await AssertWithinBudgetAsync("http1_compress", proxy, request, end: LastChunk, runsMin: 10, connections: CodingConnections);

        Assert.InRange(Codings.Sum(coding => proxy.CompressionOf(coding).Compressed.Responses), requests - CodingConnections, int.MaxValue);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Response_ThatIsDecompressed_StaysWithinItsBudget(string encoding)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.RespondWithPage(), Plans.OneWorker);
        await using SluiceServer compressing = SluiceServer.Start(Plans.Compressing(Plans.PortOf(origin), BreachPolicy.Off), Plans.OneWorker);
        await using SluiceServer proxy = SluiceServer.Start(Plans.Decompressing(Plans.PortOf(compressing), encoding), Plans.OneWorker);

        int requests = await AssertWithinBudgetAsync("http1_decompress", proxy, Request, end: LastChunk, runsMin: 10, connections: CodingConnections);

        Assert.InRange(Codings.Sum(coding => proxy.CompressionOf(coding).Decompressed.Responses), requests - CodingConnections, int.MaxValue);
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

        // How many connections there are at once depends on how quick the clients are.
        Assert.True(terminator.Handshakes.All > 0, "Nothing was encrypted.");
    }

    // The result is how many requests that took, with those that warm up.
    private static async Task<int> AssertWithinBudgetAsync(
        string name, SluiceServer proxy, byte[] request, int status = 200, SluiceServer? measured = null, string end = "", int runsMin = 5, int connections = Connections)
    {
        EventLoop loop = (measured ?? proxy).Loops[0];
        using var clients = new ClientGroup(Plans.PortOf(proxy), connections);
        clients.Run(WarmUpRounds, request, status, end);
        int requests = WarmUpRounds * connections;
        double calls = await LoopCost.AssertWithinBudgetAsync(name, loop, Run, runsMin);
        Assert.True(calls >= 2, "A request can't be served with less than a receive and a send: the counter is broken.");
        return requests;

        int Run()
        {
            clients.Run(Rounds, request, status, end);
            requests += Rounds * connections;
            return Rounds * connections;
        }
    }
}
