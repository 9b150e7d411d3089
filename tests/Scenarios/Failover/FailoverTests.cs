using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Failover;

/// <summary>Requests that go on to another upstream.</summary>
public sealed class FailoverTests
{
    private const string Busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
    private const string Post = Story.Post + "Content-Length: 5\r\n\r\nhello";

    private static readonly RetryTriggers Everything = new(
        RetryConditions.NoServer | RetryConditions.ConnectFailure | RetryConditions.Reset | RetryConditions.Timeout, [new StatusSpan(503, 503)]);

    [Theory]
    [InlineData(Story.Get)]
    [InlineData(Post)]
    public async Task UpstreamThatCantBeConnectedTo_GivesOverToTheNext(string request)
    {
        using var dead = new DeadServer();
        await using FailoverStage stage = FailoverStage.Begin(RetryTriggers.Unreachable, dead.Plan);
        ScriptedClient client = await stage.SendAsync(request);
        HttpRequest received = await (await stage.Us.AcceptAsync()).ServeAsync("us");

        Assert.Equal("us", (await client.ReadResponseAsync()).Text);
        Assert.Equal(request == Post ? "hello" : "", Bytes.Text(received.Content));
        AccessLogEntry line = await stage.LogLineAsync();
        Assert.Equal(("us", "eu", 2d, null), (line.Text("upstream"), line.Text("first_upstream"), line.Number("attempts"), line.Error));
        Assert.Equal((1L, 0L), (stage.Proxy.Server.Retries["eu"].Failovers, stage.Proxy.Server.Retries["us"].Failovers));
    }

    [Fact]
    public async Task UpstreamWithoutAServer_GivesOverToTheNext()
    {
        await using FailoverStage stage = FailoverStage.Begin(RetryTriggers.Unreachable);
        stage.Close("eu");
        ScriptedClient client = await stage.SendAsync(Post);
        await (await stage.Us.AcceptAsync()).ServeAsync("us");

        Assert.Equal("us", (await client.ReadResponseAsync()).Text);
        await stage.Eu.ExpectNoConnectionAsync(FailoverStage.AMoment);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Status_GivesOverWhereThatIsSaid(bool isSaid)
    {
        await using FailoverStage stage = FailoverStage.Begin(isSaid ? Everything : RetryTriggers.Unreachable);
        ScriptedClient client = await stage.SendAsync();
        ScriptedServerConnection eu = await stage.Eu.AcceptAsync();
        await eu.ReadRequestAsync();
        await eu.SendAsync(Busy);
        if (isSaid)
        {
            await (await stage.Us.AcceptAsync()).ServeAsync("us");
        }

        Assert.Equal(isSaid ? (200, "us") : (503, "busy"), await client.ReadResponseAsync() is { } response ? (response.Status, response.Text) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatAServerMayHaveActedOn_GoesNowhereElse(bool answers)
    {
        await using FailoverStage stage = FailoverStage.Begin(Everything);
        ScriptedClient client = await stage.SendAsync(Post);
        ScriptedServerConnection eu = await stage.Eu.AcceptAsync();
        await eu.ReadRequestAsync();
        if (answers)
        {
            await eu.SendAsync(Busy);
        }
        else
        {
            eu.Reset();
        }

        Assert.Equal(answers ? 503 : 502, (await client.ReadResponseAsync()).Status);
        await stage.Us.ExpectNoConnectionAsync(FailoverStage.AMoment);
    }

    [Fact]
    public async Task NextUpstream_WithoutAServer_IsPassedBy()
    {
        await using FailoverStage stage = FailoverStage.Begin(Everything);
        stage.Close("us");
        ScriptedClient client = await stage.SendAsync();
        ScriptedServerConnection eu = await stage.Eu.AcceptAsync();
        await eu.ReadRequestAsync();
        await eu.SendAsync(Busy);

        Assert.Equal((503, "busy"), await client.ReadResponseAsync() is { } response ? (response.Status, response.Text) : default);
    }

    [Fact]
    public async Task RetriesOfTheFirst_GoBefore()
    {
        await using FailoverStage stage = FailoverStage.Begin(Everything, change: (route, _) => route with
        {
            Retries = new RetryPlan { AttemptsMax = 1, On = Everything, BackoffMaxMs = 1 },
        });
        ScriptedClient client = await stage.SendAsync();
        ScriptedServerConnection eu = await stage.Eu.AcceptAsync();
        for (int i = 0; i < 2; i++)
        {
            await eu.ReadRequestAsync();
            await eu.SendAsync(Busy);
        }

        await (await stage.Us.AcceptAsync()).ServeAsync("us");
        Assert.Equal("us", (await client.ReadResponseAsync()).Text);
        Assert.Equal(3d, (await stage.LogLineAsync()).Number("attempts"));
    }

    [Fact]
    public async Task NothingLeft_GivesTheLastError()
    {
        using var dead = new DeadServer();
        await using FailoverStage stage = FailoverStage.Begin(Everything, dead.Plan);
        ScriptedClient client = await stage.SendAsync();
        ScriptedServerConnection us = await stage.Us.AcceptAsync();
        await us.ReadRequestAsync();
        us.Reset();

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        Assert.Equal("upstream_reset", (await stage.LogLineAsync()).Error);
    }
}
