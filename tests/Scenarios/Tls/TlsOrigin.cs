using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Tls;

/// <summary>A server that speaks TLS by .NET's own SslStream and answers each request with what it knows of the client. It ends connections as it is told.</summary>
internal sealed class TlsOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<string> _names = [];
    private readonly SslServerAuthenticationOptions _options;
    private readonly string _responseHead;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public TlsOrigin(X509Certificate2 certificate, bool asksForCertificate = false, SslProtocols versions = SslProtocols.None, string? rawResponse = null)
    {
        _responseHead = rawResponse ?? "";
        _options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = asksForCertificate,
            EnabledSslProtocols = versions,
            RemoteCertificateValidationCallback = (_, shown, _, _) => !asksForCertificate || shown is not null,
        };
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Connections that were made.</summary>
    public int Connections { get; private set; }

    /// <summary>The names that clients asked for.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
            {
                return [.. _names];
            }
        }
    }

    /// <summary>It as a server of a plan.</summary>
    public ServerPlan PlanFor(string host = "127.0.0.1") =>
        new(new ServerAddress { Host = host, Port = ((IPEndPoint)_listener.LocalEndpoint).Port, IsHttps = true });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                Connections++;
                _ = ServeAsync(socket);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(_options, _stop.Token);
            lock (_lock)
            {
                _names.Add(stream.TargetHostName);
            }

            while (await ReadHeadAsync(stream))
            {
                string text = $"{stream.SslProtocol} {stream.RemoteCertificate?.Subject ?? "nobody"}";
                string response = _responseHead.Length > 0 ? _responseHead : $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}";
                await stream.WriteAsync(Encoding.Latin1.GetBytes(response), _stop.Token);
                if (_responseHead.Length > 0)
                {
                    // Ends the connection without ending TLS.
                    await stream.FlushAsync(_stop.Token);
                    socket.Shutdown(SocketShutdown.Send);
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // What the client did is what the test looks at.
        }
    }

    private async Task<bool> ReadHeadAsync(SslStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return false;
            }

            head.Append((char)one[0]);
        }

        return true;
    }
}
