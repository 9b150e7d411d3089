using System.Diagnostics;
using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Retries;

namespace Sluice.Scenarios.Retries;

/// <summary>Responses that are held back because the request is sent again.</summary>
public sealed class StatusTests
{
    private const string Busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";

    private static readonly StatusSpan Unavailable = new(503, 503);

    [Theory]
    [InlineData("GET", "")]
    [InlineData("HEAD", "")]
    [InlineData("PUT", "Content-Length: 5\r\n\r\nhello")]
    [InlineData("DELETE", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public async Task Status_ThatIsRetried_IsNeverSeenByTheClient(string method, string rest)
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable));
        (ScriptedClient client, ScriptedServerConnection one, HttpRequest first) = await stage.OpenAsync($"{method} /a HTTP/1.1\r\nHost: a.test\r\n{(rest.Length == 0 ? "\r\n" : rest)}");
        await one.SendAsync(method == "HEAD" ? Busy[..^4] : Busy);
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        HttpRequest second = await two.ReadRequestAsync();
        await two.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        HttpResponse response = await client.ReadResponseAsync(method);
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((200, ""), (response.Status, response.Text));
        Assert.Equal((first.StartLine, Bytes.Text(first.Content)), (second.StartLine, Bytes.Text(second.Content)));
        Assert.Equal((200, 2d, null), (line.Status, line.Number("attempts"), line.Error));
        Assert.Equal((1L, 0L), (stage.Retries.CountOf(RetryReason.Status), stage.Retries.Exhausted));

        // Its connection was not lost by it.
        await client.SendAsync(Story.Get);
        await one.ServeAsync("again");
        Assert.Equal("again", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task EveryAttempt_WithTheStatus_GivesTheClientTheLastResponse()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable) with { AttemptsMax = 2 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync(Busy);
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await two.SendAsync(Busy);

        // Both were tried: any that is ready, again.
        await one.ReadRequestAsync();
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nX-Last: yes\r\nContent-Length: 4\r\n\r\nlast");

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((503, "yes", "last"), (response.Status, response["X-Last"], response.Text));
        Assert.Equal(3d, (await stage.LogLineAsync()).Number("attempts"));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("Content-Length: 10000000\r\n\r\n")]
    [InlineData("\r\n")]
    public async Task ContentOfTheStatus_ThatIsLongInComing_IsNotWaitedFor(string rest)
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync($"HTTP/1.1 503 Service Unavailable\r\n{rest}");
        await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        await one.ExpectGoneAsync();
    }

    [Fact]
    public async Task StatusOfNoTrigger_IsPassedOn()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task Status_BehindAnInterimResponse_IsPassedOn()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        Assert.Equal(103, (await client.ReadHeadAsync()).Status);
        await one.SendAsync(Busy);

        Assert.Equal((503, "busy"), (await client.ReadResponseAsync()) is { } response ? (response.Status, response.Text) : default);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task Status_ToAMethodThatMayNotBeRepeated_IsPassedOn()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        await one.SendAsync(Busy);

        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task Status_ToAPostThatMayBeRepeated_IsRetried()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable) with { NonIdempotent = true });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync(Story.Post + "Content-Length: 5\r\n\r\nhello");
        await one.SendAsync(Busy);
        HttpRequest again = await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal(("hello", "fine"), (Bytes.Text(again.Content), (await client.ReadResponseAsync()).Text));
    }

    [Theory]
    [InlineData("0", true, 0)]
    [InlineData("1", true, 900)]
    [InlineData("60", false, 0)]
    [InlineData("Wed, 21 Oct 2065 07:28:00 GMT", false, 0)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", true, 0)]
    [InlineData("Sun Nov  6 08:49:37 1994", true, 0)]
    [InlineData("99999999999999999999", false, 0)]
    [InlineData("-1", true, 0)]
    [InlineData("1.5", true, 0)]
    [InlineData("soon", true, 0)]
    [InlineData("Wed, 32 Oct 2065 07:28:00 GMT", true, 0)]
    public async Task RetryAfter_IsHonoured(string retryAfter, bool isRetried, int leastMs)
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable));
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        long start = Stopwatch.GetTimestamp();
        await one.SendAsync($"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {retryAfter}\r\nContent-Length: 0\r\n\r\n");
        if (isRetried)
        {
            await (await stage.Two.AcceptAsync()).ServeAsync("fine");
        }

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((isRetried ? 200 : 503, isRetried ? null : retryAfter), (response.Status, response["Retry-After"]));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, leastMs, 20_000);
    }

    [Fact]
    public async Task RetryAfter_WithADateThatIsNear_IsWaitedFor()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable) with { RetryAfterMaxMs = 10_000 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        DateTimeOffset date = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2);
        await one.SendAsync($"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {date:r}\r\nContent-Length: 0\r\n\r\n");
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        DateTimeOffset asked = DateTimeOffset.UtcNow;
        await two.ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
        Assert.True(asked > date.AddMilliseconds(-100), $"asked again at {asked:O}, and not at {date:O}");
    }

    [Fact]
    public async Task RetryAfter_WithADateBeyondTheCap_GoesToTheClient()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable) with { RetryAfterMaxMs = 5_000 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        string date = DateTimeOffset.UtcNow.AddMinutes(2).ToString("r", CultureInfo.InvariantCulture);
        await one.SendAsync($"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {date}\r\nContent-Length: 0\r\n\r\n");

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((503, date), (response.Status, response["Retry-After"]));
        Assert.Equal(0, stage.Two.AcceptedCount);
    }

    [Fact]
    public async Task RetryAfter_ThatIsIgnored_IsNotWaitedFor()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable) with { RetryAfterMaxMs = 0 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n");
        await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task ClientGone_WhileARetryIsWaitedFor_EndsIt()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable) with { RetryAfterMaxMs = 60_000 });
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n");
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
        client.Reset();

        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal((499, "client_gone", 1d), (line.Status, line.Error, line.Number("attempts")));
        await stage.Two.ExpectNoConnectionAsync(RetryStage.AMoment);
    }

    [Fact]
    public async Task Budget_ThatIsUsedUp_GivesTheClientTheResponse()
    {
        await using RetryStage stage = RetryStage.Begin(RetryStage.On(Unavailable) with { BudgetMin = 1, BudgetPercent = 0, RetryAfterMaxMs = 3_000 });
        (ScriptedClient first, ScriptedServerConnection one, _) = await stage.OpenAsync();
        (ScriptedClient second, ScriptedServerConnection other, _) = await stage.OpenAsync();
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n");
        await first.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));

        // The first one holds all of the budget while it waits.
        await other.SendAsync(Busy);
        Assert.Equal(503, (await second.ReadResponseAsync()).Status);
        Assert.Equal(1, stage.Retries.Exhausted);
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ServeAsync("fine");
        Assert.Equal(200, (await first.ReadResponseAsync()).Status);

        // It is given back with the end of the request.
        await second.SendAsync(Story.Get);
        await other.ReadRequestAsync();
        await other.SendAsync(Busy);
        await two.ServeAsync("fine");
        Assert.Equal(200, (await second.ReadResponseAsync()).Status);
    }
}
