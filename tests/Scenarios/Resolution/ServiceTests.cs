using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.TestKit.Dns;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Resolution;

/// <summary>Servers by SRV records: who they are changes while the proxy runs.</summary>
public sealed class ServiceTests
{
    private const string Service = "_http._tcp.example.test";

    private static readonly ServerPlan Server = new(new ServerAddress { Service = Service });

    [Fact]
    public async Task Members_ThatChangeInBind_ChangeTheServers_AndNoRequestFails()
    {
        await using DnsServer bind = await DnsServer.StartAsync();
        await using AddressOrigin first = AddressOrigin.Start("127.0.0.1");
        await using AddressOrigin second = AddressOrigin.Start("127.0.0.2");
        await UpdateAsync(
            bind, $"add one.example.test 0 A 127.0.0.1", "add two.example.test 0 A 127.0.0.2", $"add {Service} 0 SRV 0 10 {first.Port} one.example.test");
        var dns = new DnsPlan { Servers = [bind.EndPoint], MinTtlMs = 100 };
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Dns = dns, Workers = 2 }, new Transcript(), Server);
        await ExpectServersAsync(proxy, $"http://one.example.test:{first.Port}");
        await using Canary canary = Canary.Start(proxy.EndPoint);

        await UpdateAsync(bind, $"add {Service} 0 SRV 0 10 {second.Port} two.example.test");
        await ExpectServersAsync(proxy, $"http://one.example.test:{first.Port}", $"http://two.example.test:{second.Port}");
        int before = second.Connections;
        await canary.ExpectAliveAsync();
        await canary.ExpectAliveAsync();
        Assert.True(second.Connections > before, "the server that came gets requests");

        await UpdateAsync(bind, $"delete {Service} SRV 0 10 {first.Port} one.example.test");
        await ExpectServersAsync(proxy, $"http://two.example.test:{second.Port}");
        int after = first.Connections;
        await canary.ExpectAliveAsync();
        await canary.ExpectAliveAsync();
        Assert.InRange(first.Connections, after, after + 1);
        Assert.Empty(canary.Failures);
    }

    [Fact]
    public async Task Request_ToAServerThatGoes_EndsAsItBegan()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream upstream = ScriptedUpstream.Start(transcript);
        int port = upstream.Plan.Address.Port;
        await using NameServer names = NameServer.Start(script => script.Type == 33 ? script.WithService(0, 1, port, "a.test") : script.With("127.0.0.1"));
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Dns = new DnsPlan { Servers = [names.EndPoint], MinTtlMs = 100 } }, transcript, Server);
        await ExpectServersAsync(proxy, $"http://a.test:{port}");
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        ScriptedServerConnection server = await upstream.AcceptAsync();
        await server.ReadHeadAsync();

        names.Say(script => script.Type == 33 ? script.WithService(0, 1, 1, "b.test") : script.With("127.0.0.1"));
        await ExpectServersAsync(proxy, "http://b.test:1");
        await server.RespondAsync("as it began");

        Assert.Equal("as it began", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task PriorityAndWeight_BecomeTierAndWeight()
    {
        await using NameServer names = NameServer.Start(script => script.Type == 33
            ? script.WithService(10, 0, 80, "a.test").WithService(10, 65_535, 80, "b.test").WithService(7, 32_768, 8080, "c.test").WithService(7, 32_768, 8080, "C.test")
                .WithService(0, 1, 80, "10.0.0.1").WithService(0, 1, 80, "").WithService(0, 1, 0, "d.test")
            : script.With("127.0.0.1"));
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Dns = new DnsPlan { Servers = [names.EndPoint] } }, new Transcript(), Server with { Tier = 2 });
        await ExpectServersAsync(proxy, "http://a.test:80", "http://b.test:80", "http://c.test:8080");

        string[] servers = [.. proxy.Server.Upstreams.Single().Plan.Servers.Select(server => $"{server.Address} {server.Weight} {server.Tier}")];

        Assert.Equal(["http://c.test:8080 500 2", "http://a.test:80 1 3", "http://b.test:80 1000 3"], servers);
    }

    [Fact]
    public async Task Service_ThatNeverResolved_HasNoServer_UntilItDoes()
    {
        await using AddressOrigin origin = AddressOrigin.Start("127.0.0.1");
        await using NameServer names = NameServer.Start(script => script with { Code = 3 });
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Dns = new DnsPlan { Servers = [names.EndPoint], MinTtlMs = 100 } }, new Transcript(), Server);
        ScriptedClient client = await proxy.ConnectAsync();
        Assert.Equal(503, (await client.ExchangeAsync(Story.Get)).Status);
        Assert.Equal("no_server", (await proxy.AccessLog.WaitForAsync(_ => true))[0].Error);

        names.Say(script => script.Type == 33 ? script.WithService(0, 1, origin.Port, "a.test") : script.With("127.0.0.1"));
        await ExpectServersAsync(proxy, $"http://a.test:{origin.Port}");
        Assert.Equal("127.0.0.1", (await (await proxy.ConnectAsync()).ExchangeAsync(Story.Get)).Text);

        // Gone again: what is known stays.
        names.Say(script => script with { Code = 3 });
        await names.ExpectQuestionsAsync($"SRV {Service}", names.Questions.Count(question => question.StartsWith("SRV", StringComparison.Ordinal)) + 2);
        Assert.Equal("127.0.0.1", (await (await proxy.ConnectAsync()).ExchangeAsync(Story.Get)).Text);
    }

    [Fact]
    public async Task Reload_WithAndWithoutTheService_BeginsAndEndsIt()
    {
        await using AddressOrigin origin = AddressOrigin.Start("127.0.0.1");
        await using NameServer names = NameServer.Start(script => script.Type == 33 ? script.WithService(0, 1, origin.Port, "a.test") : script.With("127.0.0.1"));
        var setup = new ProxySetup { Dns = new DnsPlan { Servers = [names.EndPoint], MinTtlMs = 100 } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = 1 }));
        Assert.Empty(names.Questions);

        proxy.Server.Reload(setup.ToPlan([Server]) with { Listeners = proxy.Server.Plan.Listeners });
        await ExpectServersAsync(proxy, $"http://a.test:{origin.Port}");
        Assert.Equal("127.0.0.1", (await (await proxy.ConnectAsync()).ExchangeAsync(Story.Get)).Text);

        proxy.Server.Reload(setup.ToPlan([new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = origin.Port })]) with { Listeners = proxy.Server.Plan.Listeners });
        await ExpectServersAsync(proxy, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{origin.Port}"));
        Assert.Equal("127.0.0.1", (await (await proxy.ConnectAsync()).ExchangeAsync(Story.Get)).Text);
    }

    private static async Task UpdateAsync(DnsServer bind, params IReadOnlyList<string> changes)
    {
        using var folder = new ScratchFolder();
        string port = bind.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
        folder.Write("update", $"server 127.0.0.1 {port}\nzone example.test\n{string.Concat(changes.Select(change => $"update {change}\n"))}send\n");
        (await ToolRun.RunAsync("nsupdate", "-y", $"hmac-sha256:{DnsServer.KeyFor("hmac-sha256")}:{DnsServer.Secret}", folder.At("update"))).Succeed();
    }

    // With their addresses: for the first of these nobody waits for ever, neither at the start nor when members change.
    private static async Task ExpectServersAsync(ProxyFixture proxy, params IReadOnlyList<string> servers)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!AreThere(proxy.Server.Servers))
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"[{string.Join(", ", proxy.Server.Servers.Select(server => server.Name))}]:\n{string.Join('\n', proxy.Messages.Lines)}");
            }

            await ticks.WaitForNextTickAsync();
        }

        bool AreThere(IReadOnlyList<ServerState> known) =>
            known.Select(server => server.Name).Order(StringComparer.Ordinal).SequenceEqual(servers) && known.All(server => server.Targets.Count > 0);
    }
}
