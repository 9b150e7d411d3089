using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Samples;

/// <summary>samples/http2.yaml, with a server of HTTP/2 in place of its own.</summary>
public sealed class Http2SampleTests
{
    [Fact]
    public async Task Sample_ServesBothVersions_OverOneConnection()
    {
        var transcript = new Transcript();
        await using Http2Origin origin = Http2Origin.Start(transcript);
        await using ProxyFixture proxy = ProxyFixture.Start(SampleProxy.PlanOf("http2.yaml", origin.Plan), transcript);

        ScriptedClient old = await proxy.ConnectAsync();
        await old.SendAsync(Story.Get);
        Http2OriginConnection server = await origin.AcceptAsync();
        await server.ServeAsync("for HTTP/1.1");
        Assert.Equal("for HTTP/1.1", (await old.ReadResponseAsync()).Text);

        Http2Peer client = await proxy.ConnectHttp2Async();
        uint stream = await client.SendRequestAsync();
        await server.ServeAsync("for HTTP/2");
        Assert.Equal("for HTTP/2", (await client.ReadResponseAsync(stream)).Text);
        Assert.Equal(1, origin.AcceptedCount);
    }
}
