using Sluice.Proxy.Health;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Checks;

namespace Sluice.Scenarios.Samples;

/// <summary>What the sample of health checks says is what happens.</summary>
public sealed class HealthCheckSampleTests
{
    private const string Path = "/healthz";

    private volatile bool _isWell;

    [Fact]
    public async Task HealthChecks_Sample_SendsRequestsOnceTheServerIsWell()
    {
        await using RecordingUpstream application = RecordingUpstream.Start(Answer);
        await using ProxyFixture proxy = ProxyFixture.Start(SampleProxy.PlanOf("health-checks.yaml", application.Plan), new Transcript());
        ServerState server = proxy.Server.Servers.First(known => known.Address.Port == application.Plan.Address.Port);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(503, (await client.ExchangeAsync(Story.Get)).Status);
        _isWell = true;
        await CheckStage.WaitForAsync(proxy.Server, () => server.Health.Availability == Availability.Ready, "success");

        HttpRequest check = application.Requests.First(request => request.Target == Path);
        Assert.Equal("app.internal", check["Host"]);
        Assert.Equal((200, "fine"), await client.ExchangeAsync(Story.Get) is { } response ? (response.Status, response.Text) : default);
    }

    private IReadOnlyList<byte[]> Answer(HttpRequest request)
    {
        string content = request.Target == Path ? "{ \"status\": \"ok\"}" : "fine";
        return [Bytes.Of($"HTTP/1.1 {(_isWell ? "200 OK" : "503 Service Unavailable")}\r\nContent-Length: {content.Length}\r\n\r\n{content}")];
    }
}
