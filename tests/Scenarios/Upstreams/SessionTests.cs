using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Scenarios.Upstreams;

/// <summary>A cookie keeps a client at its server, for as long as that takes requests.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private static readonly SessionPlan Signed = new()
    {
        Cookie = new StickyCookiePlan { Name = "sid", Path = "/app", Secure = true, SameSite = SameSitePolicy.Strict, MaxAgeSeconds = 60 },
        Secret = "correct horse battery staple",
    };

    private static readonly string[] Names = ["one", "two", "three"];

    private readonly RecordingUpstream[] _servers = [.. Names.Select(RecordingUpstream.Start)];
    private ProxyFixture? _proxy;

    private ProxyFixture Proxy => _proxy!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (RecordingUpstream server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Client_WithItsCookie_StaysAtItsServer()
    {
        Begin(new SessionPlan());
        await using ScriptedClient client = await Proxy.ConnectAsync();
        (string name, string cookie) = await AskAsync(client);
        for (int i = 0; i < 7; i++)
        {
            (string again, string setAgain) = await AskAsync(client, cookie);
            Assert.Equal((name, ""), (again, setAgain));
        }
    }

    [Fact]
    public async Task Cookie_HasItsAttributes()
    {
        Begin(Signed);
        await using ScriptedClient client = await Proxy.ConnectAsync();
        HttpResponse response = await client.ExchangeAsync(Story.Get);

        Assert.Matches("^sid=[0-9a-f]{32}; Path=/app; Max-Age=60; Secure; HttpOnly; SameSite=Strict$", response["set-cookie"]!);
    }

    [Theory]
    [InlineData("sluice_session=00000000000000000000000000000000")]
    [InlineData("sluice_session=")]
    [InlineData("sluice_session=zz")]
    [InlineData("sluice_session=one")]
    public async Task Cookie_ThatIsNoneOfOurs_IsReplaced(string forged)
    {
        Begin(new SessionPlan());
        await using ScriptedClient client = await Proxy.ConnectAsync();

        (_, string cookie) = await AskAsync(client, forged);

        Assert.StartsWith("sluice_session=", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_SignedWithAnotherSecret_SaysNothing()
    {
        Begin(Signed);
        await using ScriptedClient client = await Proxy.ConnectAsync();
        (_, string cookie) = await AskAsync(client);
        Reload(Signed with { Secret = "another secret" });

        (_, string other) = await AskAsync(client, cookie);

        Assert.NotEqual("", other);
        Assert.NotEqual(cookie, other);
    }

    [Fact]
    public async Task Server_ThatIsDrained_KeepsItsSessionsAndGetsNoOthers()
    {
        Begin(new SessionPlan());
        await using ScriptedClient client = await Proxy.ConnectAsync();
        (string name, string cookie) = await AskAsync(client);
        ServerOf(name).Health.Set(AdministrativeState.Drain, "test");

        Assert.Equal((name, ""), await AskAsync(client, cookie));
        for (int i = 0; i < 9; i++)
        {
            Assert.NotEqual(name, (await AskAsync(client)).Name);
        }
    }

    [Fact]
    public async Task Server_UnderMaintenance_GivesItsSessionsToOthers()
    {
        Begin(new SessionPlan());
        await using ScriptedClient client = await Proxy.ConnectAsync();
        (string name, string cookie) = await AskAsync(client);
        ServerOf(name).Health.Set(AdministrativeState.Maintenance, "test");

        (string other, string otherCookie) = await AskAsync(client, cookie);

        Assert.NotEqual(name, other);
        Assert.Equal((other, ""), await AskAsync(client, otherCookie));
    }

    [Fact]
    public async Task Session_ThatFailsWithItsServer_Gets503()
    {
        Begin(new SessionPlan { FailsWithServer = true });
        await using ScriptedClient client = await Proxy.ConnectAsync();
        (string name, string cookie) = await AskAsync(client);
        ServerOf(name).Health.Eject("test");

        HttpResponse response = await client.ExchangeAsync(Request(cookie));

        Assert.Equal(503, response.Status);
        Assert.Equal("no_server", (await Proxy.AccessLog.WaitForAsync(entry => entry.Status == 503))[0].Error);
        Assert.NotEqual(name, (await AskAsync(client)).Name);
    }

    private static string Request(string cookie) => $"GET /app HTTP/1.1\r\nHost: a.test\r\n{(cookie.Length == 0 ? "" : $"Cookie: a=b; {cookie}\r\n")}\r\n";

    private static async Task<(string Name, string Cookie)> AskAsync(ScriptedClient client, string cookie = "")
    {
        HttpResponse response = await client.ExchangeAsync(Request(cookie));
        return (response.Text, (response["set-cookie"] ?? "").Split(';')[0]);
    }

    private void Begin(SessionPlan session)
    {
        _proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), [.. _servers.Select(server => server.Plan)]);
        Reload(session);
    }

    private void Reload(SessionPlan session)
    {
        ProxyPlan plan = Proxy.Server.Plan;
        UpstreamPlan upstream = plan.Upstreams[0] with { Session = session };
        Proxy.Server.Reload(plan with { Routes = [new RoutePlan { Name = "app", Action = new ProxyAction(upstream) }], Upstreams = [upstream] });
    }

    private ServerState ServerOf(string name) =>
        Proxy.Server.Servers.Single(server => server.Address == _servers[Array.IndexOf(Names, name)].Plan.Address);
}
