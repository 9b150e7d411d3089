using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Load.Contenders;

namespace Sluice.Load.Http2;

/// <summary>An origin of HTTP/1.1 that answers requests with 100 bytes, and those for one path never.</summary>
internal sealed class SilentOrigin : IDisposable
{
    /// <summary>What is never answered.</summary>
    public const string Path = "/wait";

    private const int HeadBytesMax = 4096;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _waitingCount;

    private SilentOrigin()
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Requests that wait.</summary>
    public int WaitingCount => Volatile.Read(ref _waitingCount);

    public static SilentOrigin Start()
    {
        var origin = new SilentOrigin();
        origin._listener.Start(backlog: 4096);
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

    private async Task ServeAsync(Socket socket)
    {
        using Socket own = socket;
        byte[] answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Origin.SmallBytes}\r\n\r\n"), .. Origin.Body(Origin.SmallBytes)];
        byte[] buffer = new byte[HeadBytesMax];
        int held = 0;
        bool isWaiting = false;
        try
        {
            while (await own.ReceiveAsync(buffer.AsMemory(held)) is > 0 and int count)
            {
                held += count;
                if (!buffer.AsSpan(0, held).EndsWith("\r\n\r\n"u8))
                {
                    continue;
                }

                isWaiting = buffer.AsSpan(0, held).StartsWith("GET /wait "u8);
                held = 0;
                if (isWaiting)
                {
                    Interlocked.Increment(ref _waitingCount);
                    continue;
                }

                await own.SendAsync(answer);
            }
        }
        catch (SocketException)
        {
            // The proxy's end of it: what it misses is the client's to report.
        }

        Interlocked.Add(ref _waitingCount, isWaiting ? -1 : 0);
    }
}
