using Sluice.Proxy.Plans;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Upstreams;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>
/// Honest clients and rude ones on one loop, all by chance: the honest ones get what they asked for, byte by byte, and nobody leaves anything behind. What is
/// reused between connections and streams must not be mistaken for what it was before. A failure names the seed.
/// </summary>
[Collection(AttackGroup.Name)]
public sealed class MixedClientsTests
{
    private const int Steps = 1_500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Clients_OfBothKinds_DisturbNobody(int seed)
    {
        var random = new Random(seed);
        var transcript = new Transcript();
        await using var upstream = RecordingUpstream.Start(HonestClient.Answer);
        var answer = new RoutePlan
        {
            Name = "fixed", Paths = [new PathMatch(HonestClient.FixedPath, IsPrefix: false)], Action = new RespondAction(200, [], [.. Bytes.Of("fixed")]),
        };
        await using var proxy = ProxyFixture.Start(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Routes = [answer] }, transcript, upstream.Plan);
        HonestClient[] honest = [await HonestClient.ConnectAsync(proxy, random), await HonestClient.ConnectAsync(proxy, random)];
        RudeClient[] rude = [new(proxy, random), new(proxy, random), new(proxy, random)];

        for (int step = 0; step < Steps; step++)
        {
            int who = random.Next(honest.Length + rude.Length);
            await (who < honest.Length ? honest[who].StepAsync() : rude[who - honest.Length].StepAsync());
        }

        foreach (HonestClient client in honest)
        {
            await client.FinishAsync();
        }

        foreach (RudeClient client in rude)
        {
            await client.EndAsync();
        }

        await proxy.ExpectConnectionsAsync(0);
        await ExpectNothingLeftAsync(proxy);
        Assert.Empty(upstream.Deviations);
    }

    private static async Task ExpectNothingLeftAsync(ProxyFixture proxy)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (proxy.Server.Servers.Any(server => server.ActiveRequests > 0) || proxy.Server.Loops.Any(loop => loop.Buffers.Outstanding > 0))
        {
            Assert.False(deadline.IsCancellationRequested, "requests or buffers are still in use when all clients have gone");
            await ticks.WaitForNextTickAsync();
        }

        proxy.ExpectNoBugs();
    }
}
