using Sluice.Proxy.Health;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Health;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Samples;

/// <summary>What the sample of readmission says is what happens.</summary>
public sealed class ReadmissionSampleTests
{
    [Fact]
    public async Task Readmission_Sample_LetsAServerInWhenItsChecksPass()
    {
        await using var moody = new MoodyOrigin(500);
        await using var good = new MoodyOrigin();
        await using SampleProxy sample = SampleProxy.Start("readmission.yaml", (3001, moody.Plan), (3002, good.Plan));
        ServerState server = sample.Proxy.Server.Upstreams.Single().Members[0].Server;
        ScriptedClient client = await sample.Proxy.ConnectAsync();
        using var deadline = new CancellationTokenSource(Patience.PerTest);
        while (server.Ejection is null)
        {
            Assert.False(deadline.IsCancellationRequested, $"not ejected within {Patience.PerTest.TotalSeconds} s");
            await client.ExchangeAsync(Story.Get);
        }

        moody.Status = 200;
        await HealthStage.WaitUntilAsync(() => server.Health.Availability == Availability.Ready, "let in");

        Assert.Equal("its health checks pass", server.Health.Last.Reason);
    }
}
