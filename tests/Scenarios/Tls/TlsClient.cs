using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Tls;

/// <summary>A client that speaks TLS by .NET's own SslStream, and takes any certificate, which it remembers.</summary>
internal sealed class TlsClient : IAsyncDisposable
{
    private static readonly TimeSpan StepMax = Patience.PerStep;

    private readonly Socket _socket;
    private readonly SslStream _stream;

    private TlsClient(Socket socket, SslStream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>What the server showed.</summary>
    public X509Certificate2? ServerCertificate => _stream.RemoteCertificate as X509Certificate2;

    /// <summary>The version.</summary>
    public SslProtocols Version => _stream.SslProtocol;

    /// <summary>The protocol that was agreed on.</summary>
    public string Protocol => _stream.NegotiatedApplicationProtocol.ToString();

    /// <summary>The connection.</summary>
    public SslStream Stream => _stream;

    /// <summary>Connects and shakes hands.</summary>
    public static async Task<TlsClient> ConnectAsync(
        EndPoint endPoint, string? host = "a.test", X509Certificate2? certificate = null, SslProtocols versions = SslProtocols.None, params string[] protocols)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        using var deadline = new CancellationTokenSource(StepMax);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,

                // A resumed session shows the certificate of the one before, whatever is served by now.
                AllowTlsResume = false,
                EnabledSslProtocols = versions,
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols.Select(protocol => new SslApplicationProtocol(protocol))],
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            deadline.Token);
        return new TlsClient(socket, stream);
    }

    /// <summary>Sends text.</summary>
    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads a response with a length or none.</summary>
    public async Task<(int Status, string Head, byte[] Content)> ReadResponseAsync()
    {
        using var deadline = new CancellationTokenSource(StepMax);
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await _stream.ReadExactlyAsync(one, deadline.Token);
            head.Append((char)one[0]);
        }

        string text = head.ToString();
        int status = int.Parse(text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        string? length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))?.Split(':')[1];
        byte[] content = new byte[length is null ? 0 : int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
        await _stream.ReadExactlyAsync(content, deadline.Token);
        return (status, text, content);
    }

    /// <summary>Sends a request and reads the response.</summary>
    public async Task<(int Status, string Head, byte[] Content)> GetAsync(string path = "/", string host = "a.test", string fields = "")
    {
        await SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
        return await ReadResponseAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }
}
