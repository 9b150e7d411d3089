using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Overload;

/// <summary>Connections that nobody uses.</summary>
public sealed class IdleConnectionTests
{
    private const int Count = 50;

    [Trait("Case", "L-05")]
    [Fact]
    public async Task Connections_ThatAreIdle_HoldNoBuffer()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Overload = null }, new Transcript(), upstream.Plan);
        for (int i = 0; i < Count; i++)
        {
            ScriptedClient client = await proxy.ConnectAsync($"client {i}");
            Assert.Equal(200, (await client.ExchangeAsync(Story.Get)).Status);
            Http2Peer peer = await proxy.ConnectHttp2Async(new Http2PeerOptions { Name = $"peer {i}" });
            Assert.Equal(200, (await peer.GetAsync("/")).Status);
        }

        // The last ones give theirs back a moment after their responses.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (proxy.Server.Loops.Sum(loop => loop.Buffers.Outstanding) > 0)
        {
            Assert.False(deadline.IsCancellationRequested, $"{proxy.Server.Loops.Sum(loop => loop.Buffers.Outstanding)} buffers are held");
            await ticks.WaitForNextTickAsync();
        }

        Assert.Equal(2 * Count, proxy.Server.ConnectionCount);
    }
}
