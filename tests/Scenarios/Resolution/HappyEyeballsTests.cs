using System.Net;
using Sluice.Scenarios.Health;
using Sluice.TestKit.Dns;

namespace Sluice.Scenarios.Resolution;

/// <summary>Names with addresses of both families, of which one leads nowhere (RFC 8305).</summary>
public sealed class HappyEyeballsTests
{
    private static DnsScript Both(DnsScript script) => script.With("::1", "127.0.0.1");

    [Trait("Case", "U-44")]
    [Fact]
    public async Task BlackHoleOfIpv6_CostsTheFirstConnectionAQuarterSecond_AndNoOther()
    {
        await using NamedProxy proxy = NamedProxy.Start(Both);
        using UnreachableServer hole = await UnreachableServer.StartAsync(new IPEndPoint(IPAddress.IPv6Loopback, proxy.First.Port));
        await proxy.ExpectTargetsAsync("[::1]", "127.0.0.1");

        (int status, string text, TimeSpan time) = await proxy.AskAsync();
        Assert.Equal((200, "127.0.0.1"), (status, text));
        Assert.InRange(time.TotalMilliseconds, 240, 20_000);

        // The family that answered is preferred from here on. The best of several, one after the other: on a busy machine any one may be seen late.
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 20 && best >= TimeSpan.FromMilliseconds(240); i++)
        {
            TimeSpan other = (await proxy.AskAsync()).Time;
            best = other < best ? other : best;
        }

        Assert.True(best < TimeSpan.FromMilliseconds(240), $"took {best}");
    }

    [Fact]
    public async Task RefusalOfIpv6_GoesOnAtOnce()
    {
        await using NamedProxy proxy = NamedProxy.Start(Both);
        await proxy.ExpectTargetsAsync("[::1]", "127.0.0.1");

        (int status, string text, _) = await proxy.AskAsync();

        Assert.Equal((200, "127.0.0.1"), (status, text));
        Assert.Equal(1, (await proxy.Proxy.AccessLog.WaitForAsync(_ => true))[0].Number("attempts"));
    }

    [Fact]
    public async Task Ipv6_ThatWorks_IsPreferred()
    {
        // Where the machine keeps the proxy from seeing for a quarter second that it is connected, the other family is tried, and rightly so.
        const int tries = 10;
        for (int i = 1; ; i++)
        {
            await using NamedProxy proxy = NamedProxy.Start(Both);
            AddressOrigin ipv6 = proxy.AddOrigin("::1");
            await proxy.ExpectTargetsAsync("[::1]", "127.0.0.1");
            for (int k = 0; k < 5; k++)
            {
                Assert.Equal(200, (await proxy.AskAsync()).Status);
            }

            if ((ipv6.Connections, proxy.First.Connections) == (5, 0))
            {
                return;
            }

            Assert.True(i < tries, $"{ipv6.Connections} connections to ::1 and {proxy.First.Connections} to 127.0.0.1");
        }
    }

    [Fact]
    public async Task BothFamilies_ThatRefuse_AreAFailureLikeAnyOther()
    {
        await using NamedProxy proxy = NamedProxy.Start(Both);
        await proxy.ExpectTargetsAsync("[::1]", "127.0.0.1");
        await proxy.First.DisposeAsync();

        Assert.Equal(502, (await proxy.AskAsync()).Status);
        Assert.Equal("connect_refused", (await proxy.Proxy.AccessLog.WaitForAsync(_ => true))[0].Error);
    }

    [Trait("Case", "U-44")]
    [Fact]
    public async Task BlackHoles_EndWithTheConnectTimeout()
    {
        await using NamedProxy proxy = NamedProxy.Start(Both, connectTimeoutMs: 600);
        await proxy.ExpectTargetsAsync("[::1]", "127.0.0.1");
        int port = proxy.First.Port;

        // The port is taken again before anybody else gets it.
        await proxy.First.DisposeAsync();
        using UnreachableServer hole4 = await UnreachableServer.StartAsync(new IPEndPoint(IPAddress.Loopback, port));
        using UnreachableServer hole6 = await UnreachableServer.StartAsync(new IPEndPoint(IPAddress.IPv6Loopback, port));

        (int status, _, TimeSpan time) = await proxy.AskAsync();

        Assert.Equal(504, status);
        Assert.InRange(time.TotalMilliseconds, 590, 15_000);
    }

    [Fact]
    public async Task Client_ThatGoesAwayDuringTheRace_LeavesNothing()
    {
        await using NamedProxy proxy = NamedProxy.Start(Both);
        await proxy.ExpectTargetsAsync("[::1]", "127.0.0.1");
        int port = proxy.First.Port;

        // The port is taken again before anybody else gets it.
        await proxy.First.DisposeAsync();
        using UnreachableServer hole4 = await UnreachableServer.StartAsync(new IPEndPoint(IPAddress.Loopback, port));
        using UnreachableServer hole6 = await UnreachableServer.StartAsync(new IPEndPoint(IPAddress.IPv6Loopback, port));
        ScriptedClient client = await proxy.Proxy.ConnectAsync();
        await client.SendAsync(Story.Get);

        // When that is counted and the worker is at rest again, the race has begun.
        await HealthStage.WaitUntilAsync(() => proxy.Proxy.Server.RequestsOf("everything") > 0, "its request");
        await proxy.Proxy.SettleAsync();
        client.Reset();

        await proxy.Proxy.ExpectConnectionsAsync(0);
        Assert.Equal((499, "client_gone"), ((await proxy.Proxy.AccessLog.WaitForAsync(_ => true))[0].Status, proxy.Proxy.AccessLog.Entries[0].Error));
        await proxy.Proxy.SettleAsync();
        Assert.Equal(0, proxy.Proxy.Server.Servers[0].Connections);
    }
}
