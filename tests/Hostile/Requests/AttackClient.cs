using Sluice.Hostile.Data;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Requests;

/// <summary>Does what a case says and reads what comes back.</summary>
/// <param name="client">The connection.</param>
/// <param name="hostile">The case.</param>
/// <param name="begun">Waits until the upstream has got something of the case's request.</param>
internal sealed class AttackClient(ScriptedClient client, HostileCase hostile, Func<Task> begun)
{
    private readonly Queue<ExpectedResponse> _expected = new(
        hostile.Expect.Responses.SelectMany(response => Enumerable.Repeat(response with { Count = 1 }, response.Count)));
    private readonly List<HttpResponse> _responses = [];

    /// <summary>The final responses in order.</summary>
    internal IReadOnlyList<HttpResponse> Responses => _responses;

    /// <summary>Sends everything and reads every response that the case expects.</summary>
    internal async Task RunAsync()
    {
        var batch = new List<byte>();
        foreach (CaseStep step in hostile.Steps)
        {
            if (step.Kind == StepKind.Send)
            {
                batch.AddRange(step.Bytes);
                continue;
            }

            await FlushAsync(batch);
            await DoAsync(step);
        }

        await FlushAsync(batch);
        while (_expected.Count > 0)
        {
            await ReadAsync();
        }
    }

    // The proxy may have refused the beginning and closed, so a send may fail.
    private async Task FlushAsync(List<byte> batch)
    {
        if (batch.Count > 0)
        {
            await client.TrySendAsync(batch.ToArray());
            batch.Clear();
        }
    }

    private Task DoAsync(CaseStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Shutdown:
                client.ShutdownSend();
                return Task.CompletedTask;
            case StepKind.Reset:
                client.Reset();
                return Task.CompletedTask;
            case StepKind.Begin:
                return begun();
            case StepKind.Read:
                return ReadAsync();
            case StepKind.Drip:
                return client.SendSlowlyAsync(step.Bytes, 1, TimeSpan.FromMilliseconds(step.PauseMs));
            default:
                return Task.Delay(step.PauseMs);
        }
    }

    private async Task ReadAsync()
    {
        ExpectedResponse expected = _expected.Dequeue();
        HttpResponse response = await client.ReadResponseAsync(expected.Method);
        while (response.Status == 100)
        {
            response = await client.ReadResponseAsync(expected.Method);
        }

        _responses.Add(response);
        if (!expected.Statuses.Contains(response.Status))
        {
            throw client.Failure($"{hostile}: expected {string.Join('/', expected.Statuses)}, got {response.Status}");
        }
    }
}
