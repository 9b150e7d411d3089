using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Scenarios.Tls;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>What is spoken with a server over TLS: what it selects by ALPN (RFC 9113, section 3.2).</summary>
public sealed class NegotiationTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;

    public NegotiationTests() => _certificate = _authority.Issue("127.0.0.1").ToX509();

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData(Http2Mode.Negotiated)]
    [InlineData(Http2Mode.PriorKnowledge)]
    public async Task Server_ThatSelectsH2_IsSpokenToInHttp2(Http2Mode mode)
    {
        var transcript = new Transcript();
        await using Http2Origin origin = Http2Origin.Start(transcript, _certificate);
        await using ProxyFixture proxy = Start(mode, transcript, origin.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);

        Http2OriginConnection server = await origin.AcceptAsync();
        StreamRecord request = await server.ReadHeadAsync();
        await server.RespondAsync(request.Id, "by h2");

        Assert.Equal("https", request[":scheme"]);
        Assert.Equal("by h2", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Server_ThatSelectsNothing_IsSpokenToInHttp1()
    {
        await using var origin = new TlsOrigin(_certificate);
        await using ProxyFixture proxy = Start(Http2Mode.Negotiated, new Transcript(), origin.PlanFor());

        for (int i = 0; i < 2; i++)
        {
            ScriptedClient client = await proxy.ConnectAsync($"client {i}");
            await client.SendAsync(Story.Get);
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }

        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task Requests_ThatWaitToShareAConnectionOfHttp1_GetTheirOwn()
    {
        await using var origin = new TlsOrigin(_certificate);
        await using ProxyFixture proxy = Start(Http2Mode.Negotiated, new Transcript(), origin.PlanFor());
        var clients = new List<ScriptedClient>();
        for (int i = 0; i < 10; i++)
        {
            ScriptedClient client = await proxy.ConnectAsync($"client {i}");
            await client.SendAsync(Story.Get);
            clients.Add(client);
        }

        foreach (ScriptedClient client in clients)
        {
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task ServerThatSelectsNothing_WithPriorKnowledge_IsSpokenToInHttp2AllTheSame()
    {
        await using var origin = new TlsOrigin(_certificate);
        await using ProxyFixture proxy = Start(Http2Mode.PriorKnowledge, new Transcript(), origin.PlanFor());
        ScriptedClient client = await proxy.ConnectAsync();

        await client.SendAsync(Story.Get);

        // It isn't what that origin speaks.
        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        Assert.Equal("upstream_http2_failed", (await proxy.AccessLog.WaitForAsync(entry => entry.Path == "/"))[0].Error);
    }

    private ProxyFixture Start(Http2Mode mode, Transcript transcript, ServerPlan server) => ProxyFixture.Start(
        new ProxySetup { UpstreamHttp2 = mode, UpstreamTls = new UpstreamTlsPlan { Trust = new TrustPlan(_authority.Pem) } }, transcript, server);
}
