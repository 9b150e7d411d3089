namespace Sluice.Scenarios.Samples;

/// <summary>What the sample of hedging says is what happens.</summary>
public sealed class HedgeSampleTests
{
    [Fact]
    public async Task Hedge_Sample_AsksASecondServer()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream one = ScriptedUpstream.Start(transcript, "one");
        await using ScriptedUpstream two = ScriptedUpstream.Start(transcript, "two");
        await using SampleProxy sample = SampleProxy.Start("hedge.yaml", (3001, one.Plan), (3002, two.Plan));
        ScriptedClient client = await sample.Proxy.ConnectAsync();
        await client.SendAsync("GET /search/a HTTP/1.1\r\nHost: a.test\r\n\r\n");
        ScriptedServerConnection slow = await one.AcceptAsync();
        await slow.ReadRequestAsync();
        ScriptedServerConnection quick = await two.AcceptAsync();
        await quick.ServeAsync("found");

        Assert.Equal("found", (await client.ReadResponseAsync()).Text);
        await slow.ExpectGoneAsync();
        AccessLogEntry line = (await sample.Proxy.AccessLog.WaitForAsync(_ => true))[0];
        Assert.Equal((2d, "won"), (line.Number("attempts"), line.Text("hedge")));
    }
}
