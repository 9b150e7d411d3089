using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Access;

/// <summary>Routes that are closed for the time being.</summary>
public sealed class MaintenanceTests
{
    [Fact]
    public async Task Request_WhileClosed_GetsTheStatusAndWhenToComeBack()
    {
        await using Story story = Begin(new MaintenancePlan { RetryAfterSeconds = 300 });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Get);

        Assert.Equal((503, "300", "no-store", null), (response.Status, response["Retry-After"], response["Cache-Control"], response["Connection"]));
        Assert.Equal("503 Service Unavailable\n", response.Text);
        Assert.Equal("maintenance", (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task Request_WhileClosedWithAPage_GetsThePage()
    {
        Template body = Template.Parse("<p>{host} is back soon ({status}).</p>", TemplateScope.Response, TemplateSyntax.Content);
        await using Story story = Begin(new MaintenancePlan { Status = 500, Page = new PagePlan("text/html; charset=utf-8", TemplateEncoding.Html, body) });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Get);

        Assert.Equal((500, "text/html; charset=utf-8", null), (response.Status, response["Content-Type"], response["Retry-After"]));
        Assert.Equal("<p>a.test is back soon (500).</p>", response.Text);
    }

    [Theory]
    [InlineData("127.0.0.0/8", 200)]
    [InlineData("10.0.0.0/8", 503)]
    public async Task Clients_OfSomeAddresses_GetThrough(string range, int status)
    {
        Assert.True(IpRange.TryParse(range, out IpRange except));
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        var setup = new ProxySetup { Route = route => route with { Maintenance = new MaintenancePlan { Except = [except] } } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), upstream.Plan);

        Assert.Equal(status, (await (await proxy.ConnectAsync()).ExchangeAsync(Story.Get)).Status);
    }

    [Fact]
    public async Task Head_WhileClosed_GetsNoContent()
    {
        await using Story story = Begin(new MaintenancePlan());
        ScriptedClient client = await story.ConnectAsync();

        await client.ExchangeAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpResponse second = await client.ExchangeAsync(Story.Get);

        Assert.Equal(503, second.Status);
    }

    private static Story Begin(MaintenancePlan maintenance) => Story.Begin(new ProxySetup { Route = route => route with { Maintenance = maintenance } });
}
