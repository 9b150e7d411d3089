using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Load.Reload;

/// <summary>A server that sends every WebSocket message back. The runtime's implementation of RFC 6455 refuses frames that are not masked.</summary>
internal sealed class EchoOrigin : IDisposable
{
    private const string KeyField = "\r\nsec-websocket-key:";
    private const int HeadBytesMax = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private EchoOrigin()
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static EchoOrigin Start()
    {
        var origin = new EchoOrigin();
        origin._listener.Start(backlog: 1024);
        _ = origin.AcceptAsync();
        return origin;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    /// <summary>A connection that breaks is the client's to report: it misses its echo.</summary>
    private static async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (await ReadKeyAsync(stream) is not string key)
            {
                return;
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {Accept(key)}\r\n\r\n"));
            using WebSocket webSocket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            await EchoAsync(webSocket);
        }
        catch (Exception broken) when (broken is IOException or SocketException or WebSocketException)
        {
            // As above.
        }
    }

    private static async Task EchoAsync(WebSocket webSocket)
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            ValueWebSocketReceiveResult part = await webSocket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            await webSocket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, CancellationToken.None);
        }
    }

    /// <summary>The client's key; null when the connection ends before, or the request has none.</summary>
    private static async Task<string?> ReadKeyAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[HeadBytesMax];
        int received = 0;
        while (received < buffer.Length)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(received));
            if (count == 0)
            {
                return null;
            }

            received += count;
            string head = Encoding.ASCII.GetString(buffer, 0, received);
            if (head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                int at = head.IndexOf(KeyField, StringComparison.OrdinalIgnoreCase);
                return at < 0 ? null : head[(at + KeyField.Length)..].Split('\r')[0].Trim();
            }
        }

        return null;
    }

    /// <summary>RFC 6455, section 4.2.2, step 5, which prescribes SHA-1.</summary>
    private static string Accept(string key)
    {
#pragma warning disable CA5350 // The protocol's own choice; it is no security mechanism there.
        byte[] hash = SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
