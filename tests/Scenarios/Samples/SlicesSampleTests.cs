using Sluice.Scenarios.Caching;

namespace Sluice.Scenarios.Samples;

/// <summary>What the sample of slices says is what happens.</summary>
public sealed class SlicesSampleTests
{
    [Fact]
    public async Task Range_OfAFilm_HasTwoPartsFetched_Once()
    {
        await using RangeServer server = RangeServer.Start(3 * 1024 * 1024);
        await using ProxyFixture proxy = ProxyFixture.Start(SampleProxy.PlanOf("slices.yaml", server.Upstream.Plan), new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();
        string request = "GET /videos/a.mp4 HTTP/1.1\r\nHost: a.test\r\nRange: bytes=2200000-2200009\r\n\r\n";
        HttpResponse first = await client.ExchangeAsync(request);
        HttpResponse second = await client.ExchangeAsync(request);

        Assert.Equal((206, server.Content[2_200_000..2_200_010]), (first.Status, first.Text));
        Assert.Equal((206, server.Content[2_200_000..2_200_010]), (second.Status, second.Text));
        Assert.Equal(["0-1048575", "2097152-3145727"], server.Asked);
    }

    [Fact]
    public async Task Other_IsNotCached()
    {
        await using RangeServer server = RangeServer.Start(100);
        await using ProxyFixture proxy = ProxyFixture.Start(SampleProxy.PlanOf("slices.yaml", server.Upstream.Plan), new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();
        HttpResponse response = await client.ExchangeAsync("GET /other HTTP/1.1\r\nHost: a.test\r\nRange: bytes=5-9\r\n\r\n");

        Assert.Equal((206, server.Content[5..10], null), (response.Status, response.Text, response["Cache-Status"]));
        Assert.Equal(["5-9"], server.Asked);
    }
}
