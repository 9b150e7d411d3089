using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Tls;

/// <summary>Certificates that clients show, and what servers are told of them.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private const string Spoofed = "Client-Cert: :Zm9v:\r\nCLIENT-CERT-CHAIN: :Zm9v:\r\nX-Subject: CN=admin\r\nx-subject: CN=root\r\nX_Subject: CN=boss\r\n";

    private readonly TestAuthority _servers = new();
    private readonly TestAuthority _clients = new("Clients");

    public void Dispose()
    {
        _servers.Dispose();
        _clients.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Required_WithoutOne_EndsTheHandshake(SslProtocols version)
    {
        await using var story = Story.Begin(Setup(ClientCertificateMode.Required));

        await ExpectRefusedAsync(story.Proxy, null, version);

        await story.Proxy.Messages.WaitForAsync("client_certificate_missing");
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("expired")]
    [InlineData("server")]
    public async Task AnyMode_WithOneThatDoesNotVerify_EndsTheHandshake(string fault)
    {
        TestCertificate shown = fault switch
        {
            "stranger" => _servers.Issue(new TestCertificateOptions { CommonName = "eve", IsForClients = true }),
            "expired" => _clients.Issue(new TestCertificateOptions { CommonName = "eve", IsForClients = true, Shift = TimeSpan.FromDays(-30) }),
            _ => _clients.Issue("a.test"),
        };
        using X509Certificate2 certificate = shown.ToX509();
        await using var story = Story.Begin(Setup(ClientCertificateMode.Optional));

        await ExpectRefusedAsync(story.Proxy, certificate, SslProtocols.Tls13);

        await story.Proxy.Messages.WaitForAsync("client_certificate_invalid");
    }

    [Fact]
    public async Task Revoked_EndsTheHandshake()
    {
        TestCertificate revoked = _clients.Issue(new TestCertificateOptions { CommonName = "eve", IsForClients = true });
        using X509Certificate2 certificate = revoked.ToX509();
        await using var story = Story.Begin(Setup(ClientCertificateMode.Required, _clients.Revoke([revoked])));

        await ExpectRefusedAsync(story.Proxy, certificate, SslProtocols.Tls13);

        Assert.Contains("revoked", await story.Proxy.Messages.WaitForAsync("client_certificate_invalid"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_IsToldToServers_AndNothingThatTheClientSaysOfIt()
    {
        TestCertificate alice = _clients.Issue(new TestCertificateOptions { CommonName = "alice", IsForClients = true, Uri = new Uri("spiffe://a.test/alice") });
        using X509Certificate2 certificate = alice.ToX509();
        await using var story = Story.Begin(Setup(ClientCertificateMode.Required));
        await using TlsClient client = await TlsClient.ConnectAsync(story.Proxy.EndPoint, certificate: certificate);

        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a.test\r\n{Spoofed}\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadHeadAsync();
        await server.RespondAsync();
        await client.ReadResponseAsync();

        Assert.Equal([$":{Convert.ToBase64String(alice.Plan.Chain[0].Span)}:"], request.All("Client-Cert"));
        Assert.Empty(request.All("Client-Cert-Chain"));
        Assert.Equal(["CN=alice"], request.All("X-Subject"));
        Assert.Equal([alice.Plan.Fingerprint], request.All("X-Fingerprint"));
        Assert.Equal(["spiffe://a.test/alice"], request.All("X-Uris"));
        Assert.Empty(request.All("X_Subject"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Identity_OfAClientWithoutOne_IsNobodys(bool overTls)
    {
        ProxySetup setup = Setup(ClientCertificateMode.Optional);
        await using var story = Story.Begin(overTls ? setup : setup with { Tls = null });
        HttpRequest request;
        if (overTls)
        {
            await using TlsClient client = await TlsClient.ConnectAsync(story.Proxy.EndPoint);
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: a.test\r\n{Spoofed}\r\n");
            request = await (await story.AcceptAsync()).ReadHeadAsync();
        }
        else
        {
            ScriptedClient client = await story.ConnectAsync();
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: a.test\r\n{Spoofed}\r\n");
            request = await (await story.AcceptAsync()).ReadHeadAsync();
        }

        Assert.Empty(request.All("Client-Cert"));
        Assert.Empty(request.All("Client-Cert-Chain"));
        Assert.Empty(request.All("X-Subject"));
    }

    [Fact]
    public async Task Route_ThatRequiresOne_RefusesClientsWithout()
    {
        ProxySetup setup = Setup(ClientCertificateMode.Optional) with { Route = route => route with { RequiresClientCertificate = true } };
        TestCertificate alice = _clients.Issue(new TestCertificateOptions { CommonName = "alice", IsForClients = true });
        using X509Certificate2 certificate = alice.ToX509();
        await using var story = Story.Begin(setup);
        await using TlsClient nobody = await TlsClient.ConnectAsync(story.Proxy.EndPoint);
        await using TlsClient somebody = await TlsClient.ConnectAsync(story.Proxy.EndPoint, certificate: certificate);

        Assert.Equal(403, (await nobody.GetAsync()).Status);
        Task<(int Status, string Head, byte[] Content)> asking = somebody.GetAsync();
        await (await story.AcceptAsync()).ServeAsync();
        Assert.Equal(200, (await asking).Status);
    }

    [Fact]
    public async Task Request_ForAHostOfAnotherPolicy_IsMisdirected()
    {
        ProxySetup setup = Setup(ClientCertificateMode.Required) with { };
        TlsPlan tls = setup.Tls! with
        {
            Certificates = [_servers.Issue("a.test", "admin.test").Plan],
            ClientCertificates = [setup.Tls!.ClientCertificates[0] with { Hosts = ["admin.test"] }],
        };
        await using var story = Story.Begin(setup with { Tls = tls });
        await using TlsClient client = await TlsClient.ConnectAsync(story.Proxy.EndPoint, "a.test");

        Assert.Equal(421, (await client.GetAsync(host: "admin.test")).Status);
        Assert.Equal(421, (await client.GetAsync(host: "ADMIN.test:443")).Status);
        Task<(int Status, string Head, byte[] Content)> asking = client.GetAsync(host: "a.test");
        await (await story.AcceptAsync()).ServeAsync();
        Assert.Equal(200, (await asking).Status);
    }

    [Theory]
    [InlineData("admin.test")]
    [InlineData("a.admin.test")]
    [InlineData("x.y.admin.test")]
    public async Task Policy_OfAWildcard_HoldsForEveryNameThatARouteOfItTakes(string host)
    {
        ProxySetup setup = Setup(ClientCertificateMode.Required);
        TlsPlan tls = setup.Tls! with { ClientCertificates = [setup.Tls!.ClientCertificates[0] with { Hosts = ["*.admin.test", "admin.test"] }] };
        await using var story = Story.Begin(setup with { Tls = tls, Hosts = [new HostMatch("admin.test", IsWildcard: true), new HostMatch("admin.test", IsWildcard: false)] });
        await using TlsClient anybody = await TlsClient.ConnectAsync(story.Proxy.EndPoint);

        Assert.Equal(421, (await anybody.GetAsync(host: host)).Status);
        await ExpectRefusedAsync(story.Proxy, null, SslProtocols.Tls13, host);
    }

    [Fact]
    public async Task Identity_SpoofedInTrailers_GoesNoFurther()
    {
        await using var story = Story.Begin(Setup(ClientCertificateMode.Optional));
        await using TlsClient client = await TlsClient.ConnectAsync(story.Proxy.EndPoint);

        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Own: 1\r\n{Spoofed}\r\n");
        HttpRequest request = await (await story.AcceptAsync()).ReadRequestAsync();

        Assert.Equal(["X-Own: 1"], request.Trailers.Select(trailer => $"{trailer.Key}: {trailer.Value}"));
    }

    [Fact]
    public async Task Identity_InAHeaderThatIsKnownForSomethingElse_IsNotTheClientsWord()
    {
        ProxySetup setup = Setup(ClientCertificateMode.Optional) with
        {
            Forwarded = new ForwardedPlan { ClientIdentity = new ClientIdentityPlan { Headers = [new CertificateHeader("Authorization", CertificateField.CommonName)] } },
        };
        await using var story = Story.Begin(setup);
        await using TlsClient client = await TlsClient.ConnectAsync(story.Proxy.EndPoint);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nAuthorization: admin\r\n\r\n");
        HttpRequest request = await (await story.AcceptAsync()).ReadHeadAsync();

        Assert.Empty(request.All("Authorization"));
    }

    private ProxySetup Setup(ClientCertificateMode mode, string? crl = null) => new()
    {
        Tls = new TlsPlan
        {
            Certificates = [_servers.Issue("a.test").Plan],
            ClientCertificates = [new ClientCertificatePlan { Mode = mode, Trust = new TrustPlan(_clients.Pem, crl) }],
        },
        Forwarded = new ForwardedPlan
        {
            ClientIdentity = new ClientIdentityPlan
            {
                ClientCert = true,
                ClientCertChain = true,
                Headers =
                [
                    new CertificateHeader("X-Subject", CertificateField.Subject),
                    new CertificateHeader("X-Fingerprint", CertificateField.Fingerprint),
                    new CertificateHeader("X-Uris", CertificateField.Uris),
                ],
            },
        },
    };

    // With TLS 1.3 the client believes that it is done before the server has seen its certificate.
    private static async Task ExpectRefusedAsync(ProxyFixture proxy, X509Certificate2? certificate, SslProtocols version, string host = "a.test")
    {
        Exception exception = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint, host, certificate, version);
            await client.GetAsync(host: host);
        });
        Assert.True(exception is IOException or AuthenticationException, exception.ToString());
    }
}
