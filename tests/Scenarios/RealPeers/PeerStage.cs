using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.RealPeers;

/// <summary>A proxy between peers that aren't scripted, each of which speaks a dialect of its own.</summary>
internal sealed class PeerStage : IAsyncDisposable
{
    private readonly TestAuthority _authority;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-peers-");
    private readonly Dialect _client;

    private PeerStage(TestAuthority authority, Dialect client, ProxyFixture proxy)
    {
        _authority = authority;
        _client = client;
        Proxy = proxy;
        AuthorityFile = Path.Combine(_folder.FullName, "authority.pem");
        File.WriteAllText(AuthorityFile, authority.Pem);
    }

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy { get; }

    /// <summary>A file with the authority that its certificate comes from, in PEM.</summary>
    internal string AuthorityFile { get; }

    /// <summary>Its host and port.</summary>
    internal string Authority => $"localhost:{Proxy.Port}";

    /// <summary>Starts a proxy.</summary>
    /// <param name="authority">Issues its certificate, and the servers' where they need one.</param>
    /// <param name="client">What clients speak with it.</param>
    /// <param name="server">What it speaks with servers.</param>
    /// <param name="change">What else is different.</param>
    /// <param name="servers">The servers.</param>
    internal static PeerStage Start(
        TestAuthority authority, Dialect client, Dialect server, Func<ProxySetup, ProxySetup> change, params IReadOnlyList<ServerPlan> servers)
    {
        var setup = new ProxySetup
        {
            Tls = client is Dialect.Http1OverTls or Dialect.Http2OverTls ? new TlsPlan { Certificates = [authority.Issue("localhost", "127.0.0.1").Plan] } : null,
            Http2 = client switch { Dialect.Http2 => Http2Mode.PriorKnowledge, Dialect.Http2OverTls => Http2Mode.Negotiated, _ => Http2Mode.Off },
            UpstreamHttp2 = server switch { Dialect.Http2 => Http2Mode.PriorKnowledge, Dialect.Http2OverTls => Http2Mode.Negotiated, _ => Http2Mode.Off },
            UpstreamTls = new UpstreamTlsPlan { Trust = new TrustPlan(authority.Pem), ServerName = KestrelOrigin.Name },
        };
        return new PeerStage(authority, client, ProxyFixture.Start(change(setup), new Transcript(), servers));
    }

    /// <summary>The same as the plainest proxy.</summary>
    internal static PeerStage Start(TestAuthority authority, Dialect client, Dialect server, params IReadOnlyList<ServerPlan> servers) =>
        Start(authority, client, server, setup => setup, servers);

    /// <summary>The address of something.</summary>
    /// <param name="path">Begins with a slash.</param>
    /// <param name="kind">`http`, or `ws` for WebSockets; an `s` is put behind it where clients speak TLS.</param>
    internal Uri Url(string path, string kind = "http") =>
        new($"{kind}{(_client is Dialect.Http1OverTls or Dialect.Http2OverTls ? "s" : "")}://{Authority}{path}");

    /// <summary>The version that clients speak, and no other.</summary>
    internal Version Version => _client is Dialect.Http2 or Dialect.Http2OverTls ? HttpVersion.Version20 : HttpVersion.Version11;

    /// <summary>A handler that trusts the authority.</summary>
    internal SocketsHttpHandler NewHandler()
    {
        using X509Certificate2 root = X509Certificate2.CreateFromPem(_authority.Pem);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(root.RawData));
        return new SocketsHttpHandler { UseProxy = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }

    /// <summary>A client that speaks the dialect.</summary>
    internal HttpClient NewClient() => new(NewHandler())
    {
        BaseAddress = Url("/"),
        Timeout = Patience.PerTest,
        DefaultRequestVersion = Version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
