using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Health;

/// <summary>A proxy before servers whose moods change, and a client that asks until something has come of it.</summary>
internal sealed class HealthStage : IAsyncDisposable
{
    private readonly ScriptedClient _client;

    private HealthStage(ProxyFixture proxy, ScriptedClient client)
    {
        Proxy = proxy;
        _client = client;
    }

    internal ProxyFixture Proxy { get; }

    internal UpstreamState Upstream => Proxy.Server.Upstreams.Single();

    /// <summary>Starts the proxy, which lets a client ask as often as it can.</summary>
    internal static async Task<HealthStage> StartAsync(Func<UpstreamPlan, UpstreamPlan> change, params IReadOnlyList<ServerPlan> servers)
    {
        ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Upstream = change, Limits = new ProxyLimits { RequestsPerConnectionMax = int.MaxValue } }, new Transcript(), servers);
        return new HealthStage(proxy, await proxy.ConnectAsync());
    }

    /// <summary>Asks once.</summary>
    internal Task<HttpResponse> AskAsync() => _client.ExchangeAsync(Story.Get);

    /// <summary>Asks so many times.</summary>
    internal async Task<int[]> AskAsync(int count)
    {
        int[] statuses = new int[count];
        for (int i = 0; i < count; i++)
        {
            statuses[i] = (await AskAsync()).Status;
        }

        return statuses;
    }

    /// <summary>Asks until something is so.</summary>
    internal async Task AskUntilAsync(Func<bool> isSo, string what)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        while (!isSo())
        {
            Assert.False(deadline.IsCancellationRequested, $"{what}: not within {Patience.PerStep.TotalSeconds} s\n{string.Join('\n', Proxy.Messages.Lines)}");
            await AskAsync();
        }
    }

    /// <summary>Waits until something is so, without asking.</summary>
    internal static async Task WaitUntilAsync(Func<bool> isSo, string what)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!isSo())
        {
            Assert.False(deadline.IsCancellationRequested, $"{what}: not within {Patience.PerStep.TotalSeconds} s");
            await ticks.WaitForNextTickAsync();
        }
    }

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();
}
