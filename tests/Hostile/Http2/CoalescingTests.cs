using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>
/// H2-49 to H2-52: requests on a connection that was made for another host (RFC 9113, section 9.1.1): domain fronting, and client certificates
/// that were shown for another name (CVE-2025-23419). The answer is 421 and never another.
/// </summary>
public sealed class CoalescingTests : IDisposable
{
    private const string CanaryHost = "canary.test";

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _clients = new("Clients");

    public void Dispose()
    {
        _authority.Dispose();
        _clients.Dispose();
    }

    [Theory]
    [InlineData("a.test", 200)]
    [InlineData("A.TEST", 200)]
    [InlineData("alias.test", 200)]
    [InlineData("x.wild.test", 200)]
    [InlineData("b.test", 421)]
    [InlineData("c.test", 421)]
    [InlineData("wild.test", 421)]
    [InlineData("x.y.wild.test", 421)]
    [InlineData("a.test.evil.test", 421)]
    [InlineData("evila.test", 421)]
    [InlineData("127.0.0.1", 421)]
    public async Task Request_ForAHostThatTheCertificateIsNotFor_IsMisdirected(string host, int status)
    {
        // b.test has a certificate of its own on the same listener; nobody has one for c.test.
        await using AttackStage stage = AttackStage.Start(tls: new TlsPlan
        {
            Certificates = [_authority.Issue("a.test", "alias.test", "*.wild.test").Plan, _authority.Issue("b.test").Plan, _authority.Issue(CanaryHost).Plan],
        });
        Http2Peer client = await stage.ConnectAsync(new Http2PeerOptions { TlsHost = "a.test" });

        Assert.Equal(status, await AskAsync(client, host));
        Assert.Equal(status == 200 ? 1 : 0, stage.Recorder.RequestCount);
        Assert.Equal(200, await AskAsync(client, "a.test"));
        await stage.ExpectHealthyAsync();
    }

    [Theory]
    [InlineData("host instead of authority")]
    [InlineData("port of its own")]
    [InlineData("over and over")]
    public async Task Request_ForAnotherHost_SaidInAnotherWay_IsMisdirected(string way)
    {
        await using AttackStage stage = AttackStage.Start(tls: new TlsPlan
        {
            Certificates = [_authority.Issue("a.test").Plan, _authority.Issue("b.test").Plan, _authority.Issue(CanaryHost).Plan],
        });
        Http2Peer client = await stage.ConnectAsync(new Http2PeerOptions { TlsHost = "a.test" });

        for (int i = 0; i < (way == "over and over" ? 20 : 1); i++)
        {
            uint stream = way == "host instead of authority"
                ? await client.SendHeadAsync(new TestKit.Http2.Hpack.FieldBlock().Add([(":method", "GET"), (":scheme", "https"), (":path", "/"), ("host", "b.test")]))
                : await client.SendHeadAsync(client.Request(authority: way == "port of its own" ? "b.test:8443" : "b.test"));
            Assert.Equal(421, (await client.ReadResponseAsync(stream)).Status);
        }

        Assert.Equal(0, stage.Recorder.RequestCount);
        await stage.ExpectHealthyAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_ForAHostThatWantsAClientCertificate_OnAConnectionForAnother_IsMisdirected(bool showsCertificate)
    {
        // One certificate for both, so that nothing but the policy tells them apart.
        using X509Certificate2 alice = _clients.Issue(new TestCertificateOptions { CommonName = "alice", IsForClients = true }).ToX509();
        await using AttackStage stage = AttackStage.Start(tls: new TlsPlan
        {
            Certificates = [_authority.Issue("a.test", "admin.test", CanaryHost).Plan],
            ClientCertificates = [new ClientCertificatePlan { Hosts = ["admin.test"], Trust = new TrustPlan(_clients.Pem) }],
        });
        Http2Peer client = await stage.ConnectAsync(new Http2PeerOptions { TlsHost = "a.test", Certificate = showsCertificate ? alice : null });

        Assert.Equal(421, await AskAsync(client, "admin.test"));
        Assert.Equal(0, stage.Recorder.RequestCount);
        Assert.Equal(200, await AskAsync(client, "a.test"));
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Request_ForTheHostThatTheClientCertificateWasShownFor_Passes()
    {
        using X509Certificate2 alice = _clients.Issue(new TestCertificateOptions { CommonName = "alice", IsForClients = true }).ToX509();
        await using AttackStage stage = AttackStage.Start(tls: new TlsPlan
        {
            Certificates = [_authority.Issue("a.test", "admin.test", CanaryHost).Plan],
            ClientCertificates = [new ClientCertificatePlan { Hosts = ["admin.test"], Trust = new TrustPlan(_clients.Pem) }],
        });
        Http2Peer client = await stage.ConnectAsync(new Http2PeerOptions { TlsHost = "admin.test", Certificate = alice });

        Assert.Equal(200, await AskAsync(client, "admin.test"));
        Assert.Equal(421, await AskAsync(client, "a.test"));
        await stage.ExpectHealthyAsync();
    }

    private static async Task<int> AskAsync(Http2Peer client, string host)
    {
        HttpResponse response = await client.ReadResponseAsync(await client.SendHeadAsync(client.Request(authority: host)));
        return response.Status;
    }
}
