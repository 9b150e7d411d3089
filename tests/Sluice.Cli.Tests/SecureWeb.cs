using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Cli.Tests;

/// <summary>Requests for <c>https://localhost</c> to the program under test, which has to show a certificate of the samples' authority.</summary>
internal sealed class SecureWeb : IDisposable
{
    private readonly X509Certificate2Collection _shown;
    private readonly X509Certificate2Collection _authorities;
    private readonly HttpClient _client;

    private SecureWeb(IPEndPoint server, X509Certificate2Collection shown, X509Certificate2Collection authorities)
    {
        _shown = shown;
        _authorities = authorities;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = shown,
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        _client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60), BaseAddress = new Uri("https://localhost/") };
    }

    /// <summary>Makes one.</summary>
    /// <param name="server">Where the program listens.</param>
    /// <param name="folder">The certificates of the samples.</param>
    /// <param name="showsCertificate">Whether it shows that for clients.</param>
    internal static SecureWeb Create(IPEndPoint server, string folder, bool showsCertificate)
    {
        var shown = new X509Certificate2Collection();
        if (showsCertificate)
        {
            using X509Certificate2 pair = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "client.pem"), Path.Combine(folder, "client.key"));

            // A key that only lives in memory can't be used by every platform's TLS.
            shown.Add(X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null));
        }

        return new SecureWeb(server, shown, [X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "authority.pem"))]);
    }

    /// <summary>Sends a GET request.</summary>
    internal Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative));

    public void Dispose()
    {
        _client.Dispose();
        foreach (X509Certificate2 certificate in _shown.Concat(_authorities))
        {
            certificate.Dispose();
        }
    }
}
