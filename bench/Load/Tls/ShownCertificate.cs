using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Load.Tls;

/// <summary>Looks at the certificate that a server shows.</summary>
internal static class ShownCertificate
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Waits until handshakes show the first certificate of a file.</summary>
    /// <exception cref="BenchException">They don't in time.</exception>
    public static async Task WaitForAsync(int port, string file, CancellationToken stop)
    {
        using X509Certificate2 wanted = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(file, stop));
        DateTime deadline = DateTime.UtcNow + Limit;
        while (await ReadAsync(port, stop) != wanted.SerialNumber)
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new BenchException("the certificate that was exchanged is not shown");
            }

            await Task.Delay(2, stop);
        }
    }

    private static async Task<string> ReadAsync(int port, CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
        await using var stream = new SslStream(new NetworkStream(socket));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "bench.example.com",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        };
        await stream.AuthenticateAsClientAsync(options, stop);
        return ((X509Certificate2)stream.RemoteCertificate!).SerialNumber;
    }
}
