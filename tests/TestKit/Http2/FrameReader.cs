using System.Buffers.Binary;
using System.Net.Sockets;
using Sluice.TestKit.Sockets;

namespace Sluice.TestKit.Http2;

/// <summary>Cuts what a stream gives into frames.</summary>
internal sealed class FrameReader(Stream stream, string name, Transcript transcript)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    // A read that outlived its step is gone on with by the next one: TLS can't give up reading and begin again.
    private Task<int>? _pending;

    /// <summary>How the peer's direction ended, as far as was read.</summary>
    internal ConnectionEnd End { get; private set; }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads a frame; null at the end.</summary>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    internal async Task<WireFrame?> ReadAsync(TimeSpan timeout)
    {
        while (true)
        {
            if (Unread.Length >= WireFrame.HeadBytes)
            {
                int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(Unread) >> 8);
                if (Unread.Length >= WireFrame.HeadBytes + length)
                {
                    return Take(length);
                }
            }

            if (!await FillAsync(timeout))
            {
                return null;
            }
        }
    }

    /// <summary>Reads bytes that are no frame; fewer at the end.</summary>
    internal async Task<byte[]> ReadBytesAsync(int count, TimeSpan timeout)
    {
        while (Unread.Length < count && await FillAsync(timeout))
        {
        }

        byte[] bytes = Unread[..Math.Min(count, Unread.Length)].ToArray();
        _start += bytes.Length;
        return bytes;
    }

    private WireFrame Take(int length)
    {
        ReadOnlySpan<byte> bytes = Unread;
        var frame = new WireFrame(
            (FrameKind)bytes[3], (FrameMarks)bytes[4], BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]), bytes.Slice(WireFrame.HeadBytes, length).ToArray());
        _start += WireFrame.HeadBytes + length;
        return frame;
    }

    private async Task<bool> FillAsync(TimeSpan timeout)
    {
        if (End != ConnectionEnd.Open)
        {
            return false;
        }

        try
        {
            _pending ??= BeginReading();
            int count = await _pending.WaitAsync(timeout);
            _pending = null;
            _end += count;
            End = count == 0 ? ConnectionEnd.Closed : ConnectionEnd.Open;
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            transcript.Note(name, $"got {exception.InnerException?.Message ?? exception.Message}");
            End = ConnectionEnd.Reset;
        }

        if (End == ConnectionEnd.Closed)
        {
            transcript.Note(name, $"got the end, with {Unread.Length} bytes of no whole frame before it");
        }

        return End == ConnectionEnd.Open;
    }

    private Task<int> BeginReading()
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

        return stream.ReadAsync(_buffer.AsMemory(_end)).AsTask();
    }
}
