using System.Net;
using System.Net.Sockets;

namespace Sluice.TestKit.Upstreams;

/// <summary>A connection of a <see cref="RecordingUpstream"/> and what of it is not part of a whole request yet.</summary>
internal sealed class RecordedConnection(Socket socket) : IDisposable
{
    // The first byte of what Linux says of a TCP socket is its state.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const byte Established = 1;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    internal Socket Socket => socket;

    internal EndPoint? Peer { get; } = socket.RemoteEndPoint;

    /// <summary>Written by the connection's task, read by tests; a count that is one receive behind does no harm.</summary>
    internal long BytesReceived { get; private set; }

    /// <summary>Whether the kernel knows of no end of either side; one that the proxy has closed may wait to be read. Any thread.</summary>
    internal bool IsOpen
    {
        get
        {
            Span<byte> state = stackalloc byte[1];
            try
            {
                return socket.GetRawSocketOption(TcpLevel, TcpInfo, state) > 0 && state[0] == Established;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    internal ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Receives once; false at the end.</summary>
    internal async Task<bool> ReceiveAsync(CancellationToken stop)
    {
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int count = await socket.ReceiveAsync(_buffer.AsMemory(_end), stop);
        _end += count;
        BytesReceived += count;
        return count > 0;
    }

    internal void Advance(int count) => _start += count;

    public void Dispose() => socket.Dispose();
}
