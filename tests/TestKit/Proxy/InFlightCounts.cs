using Sluice.Proxy;
using Sluice.Proxy.Upstreams;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;

namespace Sluice.TestKit.Proxy;

/// <summary>Everything that is counted of requests while they are at servers, or wait for that. Once they have ended, whatever way, each count is 0.</summary>
/// <remarks>Of the servers and upstreams that there are when it is made; a reload that takes one away doesn't take it from here.</remarks>
public sealed class InFlightCounts
{
    private readonly ServerState[] _servers;
    private readonly UpstreamState[] _upstreams;

    /// <summary>Begins to look at a proxy.</summary>
    public InFlightCounts(SluiceServer server)
    {
        _servers = [.. server.Servers];
        _upstreams = [.. server.Upstreams];
    }

    /// <summary>The counts that are not 0.</summary>
    public IReadOnlyList<string> NotZero => [.. All().Where(count => count.Value != 0).Select(count => $"{count.Value} {count.What}")];

    /// <summary>Waits until all of them are 0.</summary>
    public async Task ExpectNoneAsync(Transcript transcript)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (NotZero.Count > 0)
        {
            if (deadline.IsCancellationRequested)
            {
                throw new ScriptException($"still in flight: {string.Join(", ", NotZero)}", transcript);
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    private IEnumerable<(string What, int Value)> All()
    {
        foreach (ServerState server in _servers)
        {
            yield return ($"requests at {server.Name} of {server.UpstreamName}", server.ActiveRequests);
            yield return ($"places at {server.Name} of {server.UpstreamName}", server.Gate.Admitted);
        }

        foreach (UpstreamState upstream in _upstreams)
        {
            yield return ($"requests at {upstream.Plan.Name}", upstream.Health.Requests.Sum);
            yield return ($"places at {upstream.Plan.Name}", upstream.Concurrency?.InFlight ?? 0);
            yield return ($"parts of the retry budget of {upstream.Plan.Name}", upstream.Health.Retries.InFlight);
            yield return ($"retries at {upstream.Plan.Name}", upstream.Health.Retries.Attached);
        }
    }
}
