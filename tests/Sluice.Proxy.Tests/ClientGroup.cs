using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>Keep-alive connections that send one request each at the same time, and read the responses; blocking and without allocation.</summary>
internal sealed class ClientGroup : IDisposable
{
    private readonly Socket[] _sockets;
    private readonly byte[] _buffer = new byte[64 * 1024];

    public ClientGroup(int port, int count)
    {
        _sockets = new Socket[count];
        for (int i = 0; i < count; i++)
        {
            _sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };
            _sockets[i].Connect(IPAddress.Loopback, port);
        }
    }

    /// <summary>Runs rounds of one request per connection.</summary>
    /// <param name="rounds">How many.</param>
    /// <param name="request">The request.</param>
    /// <param name="status">The status of each response.</param>
    /// <param name="end">What each response ends with; empty where what comes at once is all of it.</param>
    public void Run(int rounds, byte[] request, int status = 200, string end = "")
    {
        byte[] beginning = Encoding.ASCII.GetBytes($"HTTP/1.1 {status} ");
        byte[] ending = Encoding.ASCII.GetBytes(end);
        for (int round = 0; round < rounds; round++)
        {
            foreach (Socket socket in _sockets)
            {
                socket.Send(request);
            }

            foreach (Socket socket in _sockets)
            {
                int received = socket.Receive(_buffer);
                while (!_buffer.AsSpan(0, received).EndsWith(ending))
                {
                    int more = socket.Receive(_buffer.AsSpan(received));
                    Assert.True(more > 0, "The connection stays open, and the response fits.");
                    received += more;
                }

                Assert.True(_buffer.AsSpan(0, received).StartsWith(beginning), $"Every request is answered with {status}.");
            }
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }
}
