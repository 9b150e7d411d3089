using Sluice.Proxy.Plans;
using Sluice.Scenarios.Health;

namespace Sluice.Scenarios.Upstreams;

/// <summary>Servers that can't be reached: another one is tried for any request, since nothing was sent.</summary>
public sealed class ConnectTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello";

    private static ServerPlan NoRoute => new(new ServerAddress { Host = "255.255.255.255", Port = 80 });

    [Trait("Case", "U-01")]
    [Theory]
    [InlineData(Story.Get)]
    [InlineData(Post)]
    public async Task OneServerRefuses_RequestGoesToTheOther(string request)
    {
        using var dead = new DeadServer();
        await using Story story = Story.BeginWith(new ProxySetup(), dead.Plan);
        ScriptedClient client = await story.ConnectAsync();
        ScriptedServerConnection? server = null;

        for (int i = 0; i < 4; i++)
        {
            await client.SendAsync(request);
            server ??= await story.AcceptAsync();
            await server.ServeAsync("alive");
            Assert.Equal("alive", (await client.ReadResponseAsync()).Text);
        }
    }

    [Trait("Case", "U-01")]
    [Fact]
    public async Task AllServersRefuse_ClientGets502()
    {
        using var dead = new DeadServer();
        using var other = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), dead.Plan, other.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.ExchangeAsync(Story.Get)).Status);
        AccessLogEntry line = (await proxy.AccessLog.WaitForAsync(_ => true))[0];
        Assert.Equal(("connect_refused", 2d), (line.Error, line.Number("attempts")));
        Assert.Equal(502, (await client.ExchangeAsync(Post)).Status);
    }

    [Trait("Case", "U-02")]
    [Fact]
    public async Task Server_ThatDoesNotAnswerTheConnect_Gives504()
    {
        using UnreachableServer unreachable = await UnreachableServer.StartAsync();
        var setup = new ProxySetup { Limits = new ProxyLimits { ConnectTimeoutMs = 200 } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), unreachable.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(504, (await client.ExchangeAsync(Story.Get)).Status);
        Assert.Equal("connect_timeout", (await proxy.AccessLog.WaitForAsync(_ => true))[0].Error);
    }

    [Trait("Case", "U-02")]
    [Fact]
    public async Task Server_ThatDoesNotAnswerTheConnect_IsPassedOverForAnother()
    {
        using UnreachableServer unreachable = await UnreachableServer.StartAsync();
        await using Story story = Story.BeginWith(new ProxySetup { Limits = new ProxyLimits { ConnectTimeoutMs = 4_000 } }, unreachable.Plan);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Post);
        await (await story.AcceptAsync()).ServeAsync("alive");

        Assert.Equal("alive", (await client.ReadResponseAsync()).Text);
    }

    // A broadcast address: the kernel knows at once that no connection leads there.
    [Trait("Case", "U-03")]
    [Theory]
    [InlineData(Story.Get)]
    [InlineData(Post)]
    public async Task Server_WithoutARoute_IsPassedOverForAnother(string request)
    {
        await using Story story = Story.BeginWith(new ProxySetup(), NoRoute);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(request);
        await (await story.AcceptAsync()).ServeAsync("alive");

        Assert.Equal("alive", (await client.ReadResponseAsync()).Text);
        Assert.Equal((2d, null), ((await story.LogLineAsync()).Number("attempts"), (await story.LogLineAsync()).Error));
    }

    [Trait("Case", "U-03")]
    [Fact]
    public async Task Servers_WithoutARoute_Give502AtOnce()
    {
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), NoRoute);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.ExchangeAsync(Post)).Status);
        Assert.Equal("connect_failed", (await proxy.AccessLog.WaitForAsync(_ => true))[0].Error);
    }

    [Trait("Case", "U-04")]
    [Theory]
    [InlineData(Story.Get)]
    [InlineData(Post)]
    public async Task Server_ThatResetsWhatItAccepted_MayHaveReadTheRequest_SoItIsNotRepeated(string request)
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(request);
        ScriptedServerConnection server = await story.AcceptAsync();

        // Reset before that, it may not even have seemed connected.
        await server.ReadSomeAsync(1);
        server.Reset();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        Assert.Contains((await story.LogLineAsync()).Error, new[] { "upstream_reset", "upstream_closed" });
        await story.Upstream.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(150));
    }

    // Within the handshake nothing of the request was sent.
    [Trait("Case", "U-04")]
    [Fact]
    public async Task Server_ThatResetsBeforeItsHandshake_IsPassedOverForAnother()
    {
        await using ScriptedUpstream resetting = ScriptedUpstream.Start(new Transcript(), "resetting");
        ServerPlan overTls = resetting.Plan with { Address = resetting.Plan.Address with { IsHttps = true } };
        await using Story story = Story.BeginWith(new ProxySetup(), overTls);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Post);
        (await resetting.AcceptAsync()).Reset();
        await (await story.AcceptAsync()).ServeAsync("alive");

        Assert.Equal("alive", (await client.ReadResponseAsync()).Text);
    }

    [Trait("Case", "U-57")]
    [Fact]
    public async Task ClientGone_WhileConnecting_IsLogged()
    {
        using UnreachableServer unreachable = await UnreachableServer.StartAsync();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), unreachable.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);

        // When that is counted and the worker is at rest again, it is connecting.
        await HealthStage.WaitUntilAsync(() => proxy.Server.RequestsOf("everything") > 0, "its request");
        await proxy.SettleAsync();
        client.Reset();

        AccessLogEntry line = (await proxy.AccessLog.WaitForAsync(_ => true))[0];
        Assert.Equal((499, "client_gone"), (line.Status, line.Error));
    }

    [Trait("Case", "U-20")]
    [Fact]
    public async Task Server_ThatNeverBeginsItsResponse_Gives504()
    {
        await using Story story = Story.Begin(new ProxyLimits { FirstByteTimeoutMs = 2_000 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        await server.ExpectGoneAsync();
        Assert.Equal("first_byte_timeout", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task FirstByteTimeout_WhileContentIsStillSent_DoesNotCount()
    {
        await using Story story = Story.Begin(new ProxyLimits { FirstByteTimeoutMs = 4_000, MinDataRate = 0 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Story.Post + "Content-Length: 10\r\n\r\n");
        await client.SendSlowlyAsync(Bytes.Of("helloworld"), bytesEach: 1, TimeSpan.FromMilliseconds(500));
        await server.ExpectAsync("helloworld");
        await server.RespondAsync("patient");

        Assert.Equal("patient", (await client.ReadResponseAsync()).Text);
    }
}
