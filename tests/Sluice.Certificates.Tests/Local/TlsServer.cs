using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Tests.Local;

/// <summary>A TLS server that presents a certificate with its chain, and says hello over HTTP.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslStreamCertificateContext _context;
    private readonly X509Certificate2 _leaf;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    internal TlsServer(CertificatePair pair)
    {
        using X509Certificate2 read = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
        _leaf = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pair.CertificatePem);
        _context = SslStreamCertificateContext.Create(_leaf, chain, offline: true);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Its port on the loopback address.</summary>
    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        // Not by stopping the listener, which between two clients would be an error of its own.
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _leaf.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _context }, _stop.Token);
                await tls.ReadAtLeastAsync(new byte[1_024], 1, cancellationToken: _stop.Token);
                await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray(), _stop.Token);
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // A client that doesn't trust the certificate: that's for its test to see.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
