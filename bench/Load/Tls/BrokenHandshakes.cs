using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Sluice.Load.Tls;

/// <summary>Clients that break TLS before there is any HTTP, each kind in turn.</summary>
internal static class BrokenHandshakes
{
    private const int AtOnce = 16;

    private static readonly byte[] Hello = CaptureHello();
    private static readonly byte[] Random = MakeRandom();

    /// <summary>Opens so many connections, one after another on each of a few tasks.</summary>
    public static async Task RunAsync(int port, int count, CancellationToken stop)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForAsync(0, count, options, async (index, token) => await BreakOneAsync(port, index, token));
    }

    private static async Task BreakOneAsync(int port, int index, CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
        byte[] buffer = new byte[8192];
        try
        {
            switch (index % 8)
            {
                case 0:
                    // Garbage.
                    await socket.SendAsync(Random, stop);
                    break;
                case 1:
                    // A ClientHello that is cut off.
                    await socket.SendAsync(Hello.AsMemory(0, 1 + (index % (Hello.Length - 1))), stop);
                    socket.Shutdown(SocketShutdown.Send);
                    break;
                case 2:
                    // One with a byte changed.
                    byte[] changed = [.. Hello];
                    changed[index % changed.Length] ^= 0x55;
                    await socket.SendAsync(changed, stop);
                    socket.Shutdown(SocketShutdown.Send);
                    break;
                case 3:
                    // Gone after the server's part.
                    await socket.SendAsync(Hello, stop);
                    await socket.ReceiveAsync(buffer, stop);
                    socket.Close(0);
                    return;
                case 4:
                    // An alert after the server's part.
                    await socket.SendAsync(Hello, stop);
                    await socket.ReceiveAsync(buffer, stop);
                    await socket.SendAsync(new byte[] { 21, 3, 3, 0, 2, 2, 40 }, stop);
                    break;
                case 5:
                    // Garbage after the server's part.
                    await socket.SendAsync(Hello, stop);
                    await socket.ReceiveAsync(buffer, stop);
                    await socket.SendAsync(Random, stop);
                    break;
                case 6:
                    await socket.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"u8.ToArray(), stop);
                    break;
                default:
                    // Nothing at all.
                    socket.Shutdown(SocketShutdown.Send);
                    break;
            }

            while (await socket.ReceiveAsync(buffer, stop) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
    }

    private static byte[] MakeRandom()
    {
        byte[] bytes = new byte[16 * 1024];
        new Random(11).NextBytes(bytes);
        return bytes;
    }

    // .NET's own client writes its first words into a stream that has no answer.
    private static byte[] CaptureHello()
    {
        using var written = new MemoryStream();
        using var stream = new SslStream(new OneWayStream(written));
        try
        {
            stream.AuthenticateAsClient("bench.example.com");
        }
        catch (IOException)
        {
            // As meant.
        }

        return written.ToArray();
    }

    private sealed class OneWayStream(MemoryStream written) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
