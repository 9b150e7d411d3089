using Sluice.Proxy.Health;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Scenarios.Checks;

/// <summary>Checks that only connect, and those that say something and listen.</summary>
public sealed class TcpCheckTests
{
    private static readonly HealthCheckPlan Connects = CheckStage.Fast with { Kind = CheckKind.Tcp };
    private static readonly HealthCheckPlan Talks = Connects with { Send = "PING\r\n", Expected = new ExpectedText("+PONG") };

    [Fact]
    public async Task Server_ThatTakesConnections_IsUp()
    {
        await using CheckStage stage = CheckStage.Begin(Connects);

        ScriptedServerConnection server = await stage.Health.AcceptAsync();

        Assert.True((await stage.ReportAsync()).HasPassed);
        await server.ExpectClosedAsync();
    }

    [Fact]
    public async Task Server_ThatRefuses_IsDown()
    {
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { HealthCheck = Connects }, new Transcript(), dead.Plan);

        await proxy.Messages.WaitForAsync("takes no requests: health check: connect_refused");
    }

    [Theory]
    [InlineData("+PONG\r\n", "")]
    [InlineData("+PO", "NG\r\n")]
    [InlineData("-LOADING\r\n", "+PONG\r\n")]
    public async Task Answer_WithTheText_Passes(string first, string second)
    {
        await using CheckStage stage = CheckStage.Begin(Talks);
        ScriptedServerConnection server = await stage.Health.AcceptAsync();

        await server.ExpectAsync("PING\r\n");
        await server.SendAsync(first);
        await server.SendAsync(second);

        Assert.True((await stage.ReportAsync()).HasPassed);
        await server.ExpectGoneAsync();
    }

    [Theory]
    [InlineData("-ERR\r\n", "what it says is not as expected")]
    [InlineData("", "upstream_closed")]
    public async Task Answer_WithoutTheText_FailsWhenTheConnectionEnds(string answer, string expected)
    {
        await using CheckStage stage = CheckStage.Begin(Talks);
        ScriptedServerConnection server = await stage.Health.AcceptAsync();

        await server.ExpectAsync("PING\r\n");
        await server.SendAsync(answer);
        server.ShutdownSend();

        Assert.Equal(expected, (await stage.ReportAsync()).Text);
    }

    [Fact]
    public async Task Server_ThatSaysNothing_IsDownAfterTheTimeout()
    {
        await using CheckStage stage = CheckStage.Begin(Talks with { TimeoutMs = 100 });

        await stage.ExpectAsync(Availability.Unavailable);

        Assert.Equal("health check: no answer within 100ms", stage.Server.Health.Last.Reason);
    }

    [Theory]
    [InlineData("220 mail.test ESMTP\r\n", true)]
    [InlineData("554 no\r\n", false)]
    public async Task Greeting_IsMatchedByARegularExpression(string greeting, bool expected)
    {
        await using CheckStage stage = CheckStage.Begin(Connects with { Expected = new ExpectedText("^220[ -]", IsRegex: true) });
        ScriptedServerConnection server = await stage.Health.AcceptAsync();

        await server.SendAsync(greeting);
        server.ShutdownSend();

        Assert.Equal(expected, (await stage.ReportAsync()).HasPassed);
    }

    [Fact]
    public async Task Server_ThatSaysMoreThanIsLookedAt_Fails()
    {
        await using CheckStage stage = CheckStage.Begin(Talks);
        ScriptedServerConnection server = await stage.Health.AcceptAsync();
        await server.ExpectAsync("PING\r\n");

        int blocks = 0;
        while (blocks < 1_600 && await server.TrySendAsync(new byte[64 * 1024]))
        {
            blocks++;
        }

        Assert.Equal("what it says is not as expected", (await stage.ReportAsync()).Text);
        Assert.InRange(blocks, 1, 400);
    }
}
