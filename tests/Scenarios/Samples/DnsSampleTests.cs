using System.Globalization;
using Sluice.Scenarios.Health;
using Sluice.TestKit.Dns;

namespace Sluice.Scenarios.Samples;

/// <summary>samples/dns.yaml, with a name server of the test in place of its own.</summary>
public sealed class DnsSampleTests
{
    [Fact]
    public async Task Sample_FindsServersByAddressAndByService()
    {
        await using AddressOrigin api = AddressOrigin.Start("127.0.0.2");
        await using AddressOrigin app = AddressOrigin.Start("127.0.0.3");
        await using NameServer names = NameServer.Start(script => script.Name switch
        {
            "api.example.test" => script.With("10.9.0.1", "127.0.0.2"),
            "_http._tcp.example.test" => script.WithService(0, 1, app.Port, "one.example.test"),
            "one.example.test" => script.With("127.0.0.3"),
            _ => script with { Code = 3 },
        });
        await using ProxyFixture proxy = ProxyFixture.Start(
            SampleProxy.PlanOf(
                "dns.yaml",
                ("127.0.0.1:5353", names.EndPoint.ToString()),
                ("api.example.test:3000", "api.example.test:" + api.Port.ToString(CultureInfo.InvariantCulture))),
            new Transcript());

        // It doesn't wait for them for ever when it starts.
        await HealthStage.WaitUntilAsync(
            () => proxy.Server.Servers is { Count: 2 } servers && servers.All(server => server.Targets.Count > 0), "the addresses of both");
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("127.0.0.2", (await client.ExchangeAsync("GET /api HTTP/1.1\r\nHost: a.test\r\n\r\n")).Text);
        Assert.Equal("127.0.0.3", (await client.ExchangeAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Text);
        await proxy.Messages.WaitForAsync("api.example.test resolves to 10.9.0.1");
    }
}
