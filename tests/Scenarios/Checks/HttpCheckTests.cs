using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Scenarios.Checks;

/// <summary>What a server answers to a check is judged as was asked for, and no more of it is read than that takes.</summary>
public sealed class HttpCheckTests
{
    private static readonly HealthCheckPlan ForText = CheckStage.Fast with { Expected = new ExpectedText("all is well") };
    private static readonly HealthCheckPlan ForRegex = CheckStage.Fast with { Expected = new ExpectedText("\"db\":\\s*\"up\"", IsRegex: true) };

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "passed")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "passed")]
    [InlineData("HTTP/1.0 302 Found\r\n\r\n", "passed")]
    [InlineData("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "passed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nabc", "passed")]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", "status 404")]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n", "status 503")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: a\r\n\r\n", "status 101")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "response_invalid")]
    [InlineData("HTTP/1.1 200 O", "response_truncated")]
    [InlineData("", "upstream_closed")]
    public async Task Response_IsJudgedByItsStatus(string response, string expected)
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);

        CheckReport report = await stage.JudgeAsync(response);

        Assert.Equal((expected, expected == "passed", 1), (report.Text, report.HasPassed, report.InARow));
        await stage.ExpectAsync(expected == "passed" ? Availability.Ready : Availability.Unavailable);
        Assert.Equal(expected == "passed" ? "new" : $"health check: {expected}", stage.Server.Health.Last.Reason);
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(401, true)]
    [InlineData(503, false)]
    [InlineData(599, true)]
    public async Task Status_HasToBeAmongThoseExpected(int status, bool expected)
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { Statuses = [new StatusSpan(401, 401), new StatusSpan(590, 599)] });

        Assert.Equal(expected, (await stage.JudgeAsync($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n")).HasPassed);
    }

    [Theory]
    [InlineData("Content-Length: 17\r\n\r\n-- all is well --", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n6\r\nall is\r\n6\r\n well.\r\n0\r\n\r\n", true)]
    [InlineData("Connection: close\r\n\r\nall is well", true)]
    [InlineData("Content-Length: 1000000\r\n\r\nall is well", true)]
    [InlineData("Content-Length: 11\r\n\r\nAll is well", false)]
    [InlineData("Content-Length: 0\r\n\r\n", false)]
    public async Task Content_HasToHaveTheText(string rest, bool expected)
    {
        await using CheckStage stage = CheckStage.Begin(ForText);

        CheckReport report = await stage.JudgeAsync("HTTP/1.1 200 OK\r\n" + rest);

        Assert.Equal((expected, expected ? "passed" : "the content is not as expected"), (report.HasPassed, report.Text));
    }

    [Fact]
    public async Task Content_ThatBreaksOff_Fails()
    {
        await using CheckStage stage = CheckStage.Begin(ForText);

        Assert.Equal("response_truncated", (await stage.JudgeAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nall is")).Text);
    }

    [Theory]
    [InlineData("{ \"db\": \"up\" }", 0, true)]
    [InlineData("{ \"db\": \"down\" }", 0, false)]
    [InlineData("\"db\":\"up\"", 60_000, true)]
    [InlineData("\"db\":\"up\"", 65_536, false)]
    public async Task Content_IsMatchedByARegularExpression_UpTo64KiB(string content, int before, bool expected)
    {
        await using CheckStage stage = CheckStage.Begin(ForRegex);

        CheckReport report = await stage.JudgeAsync($"HTTP/1.1 200 OK\r\nContent-Length: {before + content.Length}\r\n\r\n{new string('x', before)}{content}");

        Assert.Equal(expected, report.HasPassed);
    }

    [Trait("Case", "U-50")]
    [Fact]
    public async Task Content_Of100MiB_IsNotReadBeyondWhatIsLookedAt()
    {
        await using CheckStage stage = CheckStage.Begin(ForText);
        ScriptedServerConnection server = await stage.Health.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
        byte[] block = new byte[64 * 1024];

        int blocks = 0;
        while (blocks < 1_600 && await server.TrySendAsync(block))
        {
            blocks++;
        }

        Assert.Equal("the content is not as expected", (await stage.ReportAsync()).Text);
        Assert.InRange(blocks, 1, 400);
    }

    [Fact]
    public async Task Content_InDrips_EndsWithTheTimeout()
    {
        await using CheckStage stage = CheckStage.Begin(ForText with { TimeoutMs = 1_500, IntervalMs = 60_000, FastIntervalMs = 500 });
        ScriptedServerConnection server = await stage.Health.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");

        int taken = await server.SendSlowlyAsync(new byte[2_000], bytesEach: 1, TimeSpan.FromMilliseconds(20));

        CheckReport report = await stage.ReportAsync();
        Assert.Equal("no answer within 1500ms", report.Text);
        Assert.InRange(report.DurationMs, 1_450, 20_000);
        Assert.InRange(taken, 1, 1_999);
    }

    [Fact]
    public async Task Server_ThatHangs_IsDownAfterTheTimeout()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with { TimeoutMs = 100 });
        ScriptedServerConnection server = await stage.Health.AcceptAsync();
        await server.ReadHeadAsync();

        await stage.ExpectAsync(Availability.Unavailable);

        Assert.Equal("health check: no answer within 100ms", stage.Server.Health.Last.Reason);
        await server.ExpectGoneAsync();
    }

    [Trait("Case", "U-49")]
    [Fact]
    public async Task Server_ThatRefuses_IsDown_AndItsReasonStandsInTheLog()
    {
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { HealthCheck = CheckStage.Fast }, new Transcript(), dead.Plan);

        string line = await proxy.Messages.WaitForAsync("takes no requests");

        Assert.EndsWith("takes no requests: health check: connect_refused", line, StringComparison.Ordinal);
        Assert.Equal(503, (await (await proxy.ConnectAsync()).ExchangeAsync(Story.Get)).Status);
        Assert.DoesNotContain(proxy.Messages.Lines, message => !message.Contains("health check", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_IsAsConfigured_AndSaysNothingOfClients()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast with
        {
            Method = "POST",
            Path = "/ready?deep=1",
            Host = "app.test",
            Fields = [KeyValuePair.Create("X-Probe", "yes")],
        });

        HttpRequest request = await stage.AnswerAsync(CheckStage.Good);

        Assert.Equal(
            "POST /ready?deep=1 HTTP/1.1\nHost: app.test\nX-Probe: yes\nUser-Agent: sluice-health-check\nContent-Length: 0\nConnection: close",
            request.ToString());
    }

    [Fact]
    public async Task Request_AsUsual_AsksForTheServersAddress()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);

        HttpRequest request = await stage.AnswerAsync(CheckStage.Good);

        string address = $"127.0.0.1:{stage.Upstream.Plan.Address.Port}";
        Assert.Equal($"GET /healthz HTTP/1.1\nHost: {address}\nUser-Agent: sluice-health-check\nConnection: close", request.ToString());
    }

    [Fact]
    public async Task Checks_AppearNeitherInTheAccessLogNorInCounters()
    {
        await using CheckStage stage = CheckStage.Begin(CheckStage.Fast);
        await stage.AnswerAsync(CheckStage.Good);
        await stage.AnswerAsync(CheckStage.Good);

        Assert.Equal((2, 0), (stage.Server.Checks.Passed, stage.Server.Checks.Failed));
        Assert.Equal((0, 0, 0), (stage.Proxy.Server.RequestsOf("everything"), stage.Server.ActiveRequests, stage.Server.Connections));
        Assert.Empty(stage.Proxy.AccessLog.Entries);
        Assert.Empty(stage.Proxy.Messages.Lines);
    }

    [Fact]
    public async Task UnixSocket_IsCheckedAsAnyServer()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice");
        var transcript = new Transcript();
        await using ScriptedUpstream upstream = ScriptedUpstream.StartUnix(Path.Combine(folder.FullName, "app.sock"), transcript);
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { HealthCheck = CheckStage.Fast with { Port = 1 } }, transcript, upstream.Plan);

        ScriptedServerConnection server = await upstream.AcceptAsync();
        HttpRequest request = await server.ReadHeadAsync();
        await server.SendAsync(CheckStage.Bad);

        Assert.Equal("localhost", request["Host"]);
        await proxy.Messages.WaitForAsync("health check: status 503");
        folder.Delete(recursive: true);
    }
}
