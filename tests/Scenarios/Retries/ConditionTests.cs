using Sluice.Proxy.Plans;
using Sluice.Proxy.Retries;

namespace Sluice.Scenarios.Retries;

/// <summary>Each end of an attempt that can be retried, and those that never are.</summary>
public sealed class ConditionTests
{
    // Long enough for a second server to answer within it, on a busy machine too.
    private const int ShortMs = 5_000;

    private static readonly ProxyLimits Short = new() { FirstByteTimeoutMs = ShortMs };

    [Trait("Case", "U-09")]
    [Trait("Case", "U-11")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FreshConnection_ThatEndsBeforeTheResponse_IsRetriedElsewhere(bool resets)
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Reset));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        End(one, resets);
        await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, stage.Retries.CountOf(RetryReason.Reset));
    }

    [Trait("Case", "U-11")]
    [Fact]
    public async Task Reset_OfAPostWithContent_IsNeverRetried()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Reset | RetryConditions.Timeout | RetryConditions.ConnectFailure, new StatusSpan(400, 599)));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        one.Reset();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Trait("Case", "U-12")]
    [Fact]
    public async Task Reset_WithinTheHead_IsNeverRetried()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Reset));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 20");
        one.Close();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task Reset_BehindTheFirstByteToTheClient_IsNeverRetried()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Reset | RetryConditions.Timeout, new StatusSpan(400, 599)));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ");
        HttpResponse head = await client.ReadHeadAsync();
        one.Reset();

        await client.ReadToEndAsync();
        Assert.Equal(200, head.Status);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
        Assert.Equal("response_truncated", (await stage.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Timeout_OfTheFirstByte_IsRetriedElsewhere()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Timeout), Short);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        await one.ExpectGoneAsync();
        Assert.Equal(1, stage.Retries.CountOf(RetryReason.Timeout));
    }

    [Fact]
    public async Task Timeout_OfAnAttempt_IsRetriedElsewhere()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Timeout) with { PerTryTimeoutMs = ShortMs });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        await one.ExpectGoneAsync();
    }

    [Fact]
    public async Task Timeout_OfTheLastAttempt_Gives504()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Reset) with { PerTryTimeoutMs = ShortMs });
        (ScriptedClient client, _, _) = await stage.OpenAsync();

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        Assert.Equal("try_timeout", (await stage.LogLineAsync()).Error);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task Timeout_OfAnAttempt_EndsWithTheHead()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(RetryConditions.Timeout) with { PerTryTimeoutMs = ShortMs });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        HttpResponse head = await client.ReadHeadAsync();
        ContentReader content = client.ContentOf(head);
        await content.ExpectAsync("ab");
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(ShortMs + 200));
        await one.SendAsync("cd");

        await content.ExpectAsync("cd");
    }

    [Fact]
    public async Task Connect_ThatIsRefused_IsTriedAgainWhereThatIsSaid()
    {
        using var dead = new DeadServer();
        await using RetryStage stage = RetryStage.BeginWith(RetryStage.On(RetryConditions.ConnectFailure), (_, _) => [dead.Plan]);
        ScriptedClient client = await stage.Proxy.ConnectAsync();

        Assert.Equal(502, (await client.ExchangeAsync(Story.Get)).Status);
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal(("connect_refused", 3d), (line.Error, line.Number("attempts")));
        Assert.Equal(2, stage.Retries.CountOf(RetryReason.ConnectFailure));
    }

    [Theory]
    [InlineData(0, RetryConditions.ConnectFailure)]
    [InlineData(2, RetryConditions.Reset)]
    public async Task Connect_ThatIsRefused_IsNotRetriedWhereThatIsSaid(int attempts, RetryConditions conditions)
    {
        using var dead = new DeadServer();
        await using RetryStage stage = RetryStage.BeginWith(RetryStage.On(conditions) with { AttemptsMax = attempts }, (_, two) => [dead.Plan, two]);
        ScriptedClient client = await stage.Proxy.ConnectAsync();

        Assert.Equal(502, (await client.ExchangeAsync(Story.Get)).Status);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task Connect_ThatIsRefused_GoesToTheBackup()
    {
        using var dead = new DeadServer();
        await using RetryStage stage = RetryStage.BeginWith(RetryPlan.Usual, (_, two) => [dead.Plan, two with { Tier = 1 }]);
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        await (await stage.Two.AcceptAsync()).ServeAsync("backup");

        Assert.Equal("backup", (await client.ReadResponseAsync()).Text);
    }

    private static void End(ScriptedServerConnection server, bool resets)
    {
        if (resets)
        {
            server.Reset();
        }
        else
        {
            server.Close();
        }
    }
}
