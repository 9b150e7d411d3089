using Sluice.Proxy.Health;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Checks;

namespace Sluice.Scenarios.Samples;

/// <summary>What the sample of health checks says is what happens.</summary>
public sealed class HealthCheckSampleTests
{
    [Fact]
    public async Task HealthChecks_Sample_SendsRequestsOnceTheServerIsWell()
    {
        await using SampleProxy sample = SampleProxy.Start("health-checks.yaml");
        ServerState server = sample.Proxy.Server.Servers.First(known => known.Address.Port == sample.Upstream.Plan.Address.Port);

        Assert.Equal(503, (await sample.AskAsync("/")).Status);
        HttpRequest request;
        do
        {
            // An answer that comes after the timeout of two seconds is none.
            request = await AnswerCheckAsync(sample, server);
        }
        while (server.Checks.Passed == 0);

        await CheckStage.WaitForAsync(sample.Proxy.Server, () => server.Health.Availability == Availability.Ready, "success");

        Assert.Equal(("/healthz", "app.internal"), (request.Target, request["Host"]));
        Assert.Equal(200, (await sample.ForwardAsync("/")).Response.Status);
    }

    private static async Task<HttpRequest> AnswerCheckAsync(SampleProxy sample, ServerState server)
    {
        long before = server.Checks.Passed + server.Checks.Failed;
        ScriptedServerConnection check = await sample.Upstream.AcceptAsync();
        HttpRequest request = await check.ReadHeadAsync();
        await check.TrySendAsync(Bytes.Of("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{ \"status\": \"ok\"}"));
        await CheckStage.WaitForAsync(sample.Proxy.Server, () => server.Checks.Passed + server.Checks.Failed > before, "result");
        return request;
    }
}
