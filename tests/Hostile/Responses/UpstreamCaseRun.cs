using Sluice.Hostile.Data;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Responses;

/// <summary>Runs one case in which the upstream misbehaves, and checks what the client sees of it.</summary>
/// <remarks>
/// 1. the client's response, and whether it can tell that content is cut off; 2. nothing of a bad head gets through; 3. the upstream's
/// connection is closed, or used again where nothing was wrong; 4. the log has a reason; 5. the next request is served, the canary sings,
/// and the proxy reports no bug.
/// </remarks>
internal sealed class UpstreamCaseRun(UpstreamRun run, HostileCase hostile)
{
    // In the fields and content that must never reach the client.
    private const string Poison = "poison";

    private const string GoodRequest = "GET /good HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

    /// <summary>Runs it.</summary>
    internal async Task RunAsync()
    {
        await using ScriptedClient client = await run.Proxy.ConnectAsync(hostile.Id);
        string request = Bytes.Text(CorpusText.Decode(hostile.Request));
        await client.SendAsync(request.Replace(" / HTTP", $" {Path} HTTP", StringComparison.Ordinal));
        ScriptedServerConnection upstream = await run.Upstream.AcceptAsync();
        await upstream.ReadHeadAsync();
        await MisbehaveAsync(upstream, client);

        // 1. and 2. The client's side.
        await CheckResponseAsync(client);

        // 3. The upstream's side.
        await CheckUpstreamAsync(upstream);

        // 4. The log.
        await CheckLogAsync();

        // 5. Everybody else.
        Assert.Empty(run.Canary.Failures);
        run.Proxy.ExpectNoBugs();
    }

    // Its own, so that its log line can be told from those of other cases.
    private string Path => "/" + hostile.Id;

    private async Task MisbehaveAsync(ScriptedServerConnection upstream, ScriptedClient client)
    {
        var batch = new List<byte>();
        foreach (CaseStep step in hostile.Steps)
        {
            batch.AddRange(step.Bytes);
            if (step.Kind == StepKind.Send)
            {
                continue;
            }

            await upstream.TrySendAsync(batch.ToArray());
            batch.Clear();
            await DoAsync(upstream, client, step);
        }

        if (batch.Count > 0)
        {
            await upstream.TrySendAsync(batch.ToArray());
        }
    }

    private static Task DoAsync(ScriptedServerConnection upstream, ScriptedClient client, CaseStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Shutdown:
                upstream.ShutdownSend();
                return Task.CompletedTask;
            case StepKind.Reset:
                upstream.Reset();
                return Task.CompletedTask;
            case StepKind.Arrival:
                return client.ReadSomeAsync(0);
            default:
                return Task.Delay(step.PauseMs);
        }
    }

    private async Task CheckResponseAsync(ScriptedClient client)
    {
        ExpectedResponse expected = hostile.Expect.Responses.Single();
        HttpResponse head = await client.ReadHeadAsync(expected.Method);
        int interims = 0;
        while (head.Status is >= 100 and < 200 and not 101)
        {
            interims++;
            head = await client.ReadHeadAsync(expected.Method);
        }

        if (!expected.Statuses.Contains(head.Status))
        {
            throw client.Failure($"{hostile}: expected {string.Join('/', expected.Statuses)}, got {head.Status}");
        }

        Assert.Equal(hostile.Expect.Interims, interims);
        ContentReader content = client.ContentOf(head);
        // Content that is broken from its first byte on may still become a 502, for nothing has left then.
        byte[] bytes = hostile.Expect.Truncated && head.Status < 500 ? await content.ReadTruncatedAsync() : await content.ReadRestAsync();
        Assert.DoesNotContain(Poison, head.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Poison, Bytes.Text(bytes), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Poison, Bytes.Text(client.Unread), StringComparison.OrdinalIgnoreCase);
    }

    private async Task CheckUpstreamAsync(ScriptedServerConnection upstream)
    {
        if (hostile.Steps.All(step => step.Kind != StepKind.Reset) && !hostile.Expect.Reused)
        {
            await upstream.ExpectGoneAsync();
        }

        // The client may have its response a moment before the proxy has done with the server.
        await run.Proxy.SettleAsync();
        await using ScriptedClient next = await run.Proxy.ConnectAsync("next");
        await next.SendAsync(GoodRequest);
        ScriptedServerConnection serving = hostile.Expect.Reused ? upstream : await run.Upstream.AcceptAsync();
        await serving.ServeAsync("fine");
        HttpResponse response = await next.ReadResponseAsync();
        Assert.Equal("fine", response.Text);
        serving.Close();
    }

    private async Task CheckLogAsync()
    {
        AccessLogEntry line = (await run.Proxy.AccessLog.WaitForAsync(entry => entry.Path == Path))[0];
        bool isFailure = hostile.Expect.Truncated || hostile.Expect.Responses[0].Statuses.All(status => status >= 500);
        Assert.True(isFailure == line.Error is not null, $"{hostile}: {line}");
    }
}
