using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Upstreams;

namespace Sluice.TestKit.Http2;

/// <summary>A server for HTTP/2 that accepts connections when the script says so: plain with prior knowledge, or over TLS with ALPN.</summary>
public sealed class Http2Origin : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Transcript _transcript;
    private readonly X509Certificate2? _certificate;
    private readonly ConcurrentQueue<Http2OriginConnection> _connections = new();

    private Http2Origin(Transcript transcript, X509Certificate2? certificate)
    {
        _transcript = transcript;
        _certificate = certificate;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen(128);
    }

    /// <summary>How long a step may take.</summary>
    public TimeSpan StepTimeout { get; set; } = Patience.PerStep;

    /// <summary>Connections accepted so far.</summary>
    public int AcceptedCount => _connections.Count;

    /// <summary>It as a server of a plan.</summary>
    public ServerPlan Plan => new(ServerAddresses.Of(_socket.LocalEndPoint!) with { IsHttps = _certificate is not null });

    /// <summary>Listens on a port of the loopback address that the kernel chooses.</summary>
    /// <param name="transcript">Where it writes what it does.</param>
    /// <param name="certificate">Its certificate; null for plain HTTP/2.</param>
    public static Http2Origin Start(Transcript transcript, X509Certificate2? certificate = null) => new(transcript, certificate);

    /// <summary>Accepts the next connection, reads the preface and sends SETTINGS.</summary>
    public async Task<Http2OriginConnection> AcceptAsync(params (SettingKind Kind, uint Value)[] settings)
    {
        Http2OriginConnection connection = await AcceptSilentlyAsync();
        await connection.SendAsync(Frames.Settings(settings));
        return connection;
    }

    /// <summary>The same without SETTINGS, which are then the test's to send.</summary>
    public async Task<Http2OriginConnection> AcceptSilentlyAsync()
    {
        using var deadline = new CancellationTokenSource(StepTimeout);
        try
        {
            Socket socket = await TakeAsync(deadline.Token);
            socket.NoDelay = true;
            Stream stream = new NetworkStream(socket);
            if (_certificate is not null)
            {
                stream = await SecureAsync(stream, _certificate, deadline.Token);
            }

            string name = _connections.IsEmpty ? "origin" : $"origin#{_connections.Count + 1}";
            _transcript.Note(name, "accepted");
            var connection = new Http2OriginConnection(socket, stream, name, _transcript);
            _connections.Enqueue(connection);
            await connection.ReadPrefaceAsync();
            return connection;
        }
        catch (OperationCanceledException)
        {
            throw new ScriptException($"no connection came within {StepTimeout.TotalSeconds} s", _transcript);
        }
    }

    /// <summary>No connection comes for a while.</summary>
    public async Task ExpectNoConnectionAsync(TimeSpan duration)
    {
        using var deadline = new CancellationTokenSource(duration);
        try
        {
            using Socket socket = await _socket.AcceptAsync(deadline.Token);
            throw new ScriptException($"expected no connection for {duration.TotalMilliseconds} ms, but one came", _transcript);
        }
        catch (OperationCanceledException)
        {
            _transcript.Note("origin", "no connection came, as expected");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        foreach (Http2OriginConnection connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<Socket> TakeAsync(CancellationToken deadline)
    {
        try
        {
            return await _socket.AcceptAsync(deadline);
        }
        catch (OperationCanceledException) when (_certificate is null && _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            // A machine that kept the test from running let both come at once, the connection and the end of the time.
            return _socket.Accept();
        }
    }

    private static async Task<SslStream> SecureAsync(Stream inner, X509Certificate2 certificate, CancellationToken deadline)
    {
        var stream = new SslStream(inner);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            },
            deadline);
        return stream;
    }
}
