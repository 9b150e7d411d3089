using System.Text.RegularExpressions;
using Sluice.Hostile.Data;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Requests;

/// <summary>Runs one case against a proxy under attack and checks what came of it, everywhere it could show.</summary>
/// <remarks>
/// 1. the client's responses and the fate of its connection; 2. what the upstream saw: as many canonical requests as expected, and not a
/// byte of what was refused; 3. one access-log line per response, with a reason where it was refused, and nothing secret or raw in it; 4.
/// the canary sings, and the proxy reports no bug.
/// </remarks>
internal sealed partial class CaseRun(CorpusRun run, HostileCase hostile, bool waitForLog = true)
{
    /// <summary>Seeded into the fields of some cases; must not be found in any log.</summary>
    private const string Secret = "s3cr3t";

    private const string FollowUp = "GET /still-open HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private readonly Transcript _transcript = new();
    private readonly bool _waitForLog = waitForLog;

    /// <summary>Runs it.</summary>
    internal async Task RunAsync()
    {
        await CatchUpAsync();
        if (run.HasParts)
        {
            await run.ExpectPartsReadAsync();
        }

        run.HasParts = hostile.Expect.MayBeginToForward;
        int requestsBefore = run.Recorder.RequestCount;
        long bytesBefore = run.Recorder.BytesReceived;
        int linesBefore = run.LinesExpected;
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(run.Proxy.EndPoint, _transcript);

        // 1. The client's side.
        var attack = new AttackClient(client, hostile, () => run.ExpectBytesAsync(bytesBefore));
        int forwards = hostile.Expect.Forwards;
        try
        {
            await attack.RunAsync();
            forwards += await CheckFateAsync(client);
        }
        finally
        {
            bool wasCut = hostile.Steps.Any(step => step.Kind == StepKind.Reset);
            run.LinesExpected += attack.Responses.Count + (forwards - hostile.Expect.Forwards) + (wasCut ? 1 : 0);
        }

        // 2. The upstream's side.
        run.ForwardsExpected += forwards;
        CheckUpstream(run.Recorder.RequestCount - requestsBefore, forwards, run.Recorder.BytesReceived - bytesBefore);

        // 3. The log.
        if (_waitForLog)
        {
            await CatchUpAsync();
            CheckLog(linesBefore, attack.Responses);
        }

        // 4. Everybody else.
        Assert.Empty(run.Canary.Failures);
        run.Proxy.ExpectNoBugs();
    }

    // Lines are written a moment after their requests; those of the case before must not be taken for this one's.
    private Task CatchUpAsync() =>
        _waitForLog && run.LinesExpected > 0 ? run.Proxy.AccessLog.WaitForAsync(CorpusRun.IsOfCase, run.LinesExpected) : Task.CompletedTask;

    // Returns how many requests the check itself got through.
    private async Task<int> CheckFateAsync(ScriptedClient client)
    {
        if (hostile.Steps.Any(step => step.Kind == StepKind.Reset))
        {
            return 0;
        }

        if (hostile.Expect.Fate == ConnectionFate.Closed)
        {
            await client.ExpectGoneAsync();
        }

        if (hostile.Expect.Fate != ConnectionFate.Open)
        {
            return 0;
        }

        HttpResponse response = await client.ExchangeAsync(FollowUp);
        Assert.Equal(200, response.Status);
        return 1;
    }

    private void CheckUpstream(int actualRequests, int expectedRequests, long bytes)
    {
        if (run.Recorder.Deviations.Count > 0)
        {
            throw new ScriptException($"{hostile}: not canonical: {string.Join('\n', run.Recorder.Deviations)}", _transcript);
        }

        if (actualRequests != expectedRequests)
        {
            throw new ScriptException($"{hostile}: {actualRequests} requests got through instead of {expectedRequests}", _transcript);
        }

        if (expectedRequests == 0 && bytes > 0 && !hostile.Expect.MayBeginToForward)
        {
            throw new ScriptException($"{hostile}: {bytes} bytes of a refused request got through", _transcript);
        }

        HttpRequest? last = run.Recorder.Requests.LastOrDefault(request => request.Target != "/still-open");
        foreach (UpstreamCheck check in hostile.UpstreamChecks)
        {
            if (check.Check(last!) is { } failure)
            {
                throw new ScriptException($"{hostile}: {failure}", _transcript);
            }
        }
    }

    private void CheckLog(int linesBefore, IReadOnlyList<HttpResponse> responses)
    {
        AccessLogEntry[] lines = [.. run.Proxy.AccessLog.Entries.Where(CorpusRun.IsOfCase).Skip(linesBefore)];
        for (int i = 0; i < responses.Count; i++)
        {
            bool hasReason = lines[i].Error is { } reason && SnakeCase().IsMatch(reason);
            if (lines[i].Status != responses[i].Status || (responses[i].Status >= 400 && !hasReason))
            {
                throw new ScriptException($"{hostile}: response {responses[i].Status} has the log line {lines[i]}", _transcript);
            }
        }

        foreach (string line in lines.Select(entry => entry.Line).Concat(run.Proxy.Messages.Lines))
        {
            Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
            Assert.DoesNotContain(line, character => character is < ' ' or '\x7F');
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();
}
