using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Load.Driver;

/// <summary>HTTP/1.1 over a bare socket, for clients whose sockets matter: idle, slow, or on a schedule.</summary>
internal static class RawRequest
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    public static byte[] Get(string path, string host = "bench.example.com") => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");

    /// <summary>A request that is the only one on its connection.</summary>
    public static byte[] GetOnce(string path) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench.example.com\r\nConnection: close\r\n\r\n");

    /// <param name="receiveBufferBytes">The kernel's buffer for it; null for the system's choice. Must be set before connecting.</param>
    public static async Task<Socket> ConnectAsync(int port, int? receiveBufferBytes, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (receiveBufferBytes is int size)
            {
                socket.ReceiveBufferSize = size;
            }

            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Receives until the head and some body bytes are there.</summary>
    /// <returns>All bytes received, of which the head is the first part.</returns>
    /// <exception cref="BenchException">The response is not a 200, or ended early.</exception>
    public static async Task<(int HeadBytes, int Received)> ReceiveHeadAsync(Socket socket, int bodyBytes, CancellationToken stop)
    {
        byte[] buffer = new byte[4096 + bodyBytes];
        int received = 0;
        while (true)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(received), stop);
            received += count;
            int end = buffer.AsSpan(0, received).IndexOf(HeadEnd) + HeadEnd.Length;
            if (end >= HeadEnd.Length && received >= end + bodyBytes)
            {
                return buffer.AsSpan().StartsWith("HTTP/1.1 200"u8)
                    ? (end, received)
                    : throw new BenchException($"answered {Encoding.ASCII.GetString(buffer, 0, 12)}");
            }

            if (count == 0)
            {
                throw new BenchException("the response ended early");
            }
        }
    }
}
