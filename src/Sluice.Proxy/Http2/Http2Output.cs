using System.Diagnostics;
using Sluice.Http.Http2;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Http2;

/// <summary>The frames of one connection that wait to be sent, of all streams in one queue. Holds no buffer while there is nothing to send.</summary>
internal sealed class Http2Output(BufferPool pool)
{
    // Content waits with its stream once this much waits here: what is queued can't be overtaken any more.
    private const int FullBytes = 64 * 1024;
    private const int SegmentsMax = 3;

    private readonly Queue<(PooledBuffer Buffer, int Length)> _full = new(0);
    private readonly PooledBuffer?[] _sending = new PooledBuffer?[SegmentsMax];
    private PooledBuffer? _tail;
    private int _tailLength;
    private int _queuedBytes;
    private int _sendingBytes;

    /// <summary>Bytes that the kernel has not taken yet.</summary>
    public int Bytes => _queuedBytes + _sendingBytes;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _queuedBytes == 0;

    /// <summary>Whether content and heads have to wait.</summary>
    public bool IsFull => Bytes >= FullBytes;

    /// <summary>The room that is left in the last buffer.</summary>
    public int TailRoom => _tail is null ? 0 : _tail.Length - _tailLength;

    /// <summary>Memory for so many bytes in one piece, up to <see cref="BufferSize.Large"/>; <see cref="Commit"/> says how many of them count.</summary>
    public Span<byte> Reserve(int count)
    {
        if (TailRoom < count)
        {
            Seal();
            _tail = pool.Rent(count <= BufferPool.LengthOf(BufferSize.Medium) ? BufferSize.Medium : BufferSize.Large);
        }

        Debug.Assert(TailRoom >= count, "No frame is larger than the largest buffer.");
        return _tail!.Array.AsSpan(_tailLength);
    }

    /// <summary>Adds what was written into the memory that was reserved.</summary>
    public void Commit(int count)
    {
        _tailLength += count;
        _queuedBytes += count;
    }

    /// <summary>Adds a frame with a short payload, or none.</summary>
    public void Append(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Debug.Assert(header.Length == payload.Length, "The header says how long the payload is.");
        Span<byte> space = Reserve(FrameHeader.Bytes + payload.Length);
        header.Write(space);
        payload.CopyTo(space[FrameHeader.Bytes..]);
        Commit(FrameHeader.Bytes + payload.Length);
    }

    /// <summary>Sends the oldest of what waits, as much as goes into one call; <see cref="OnSent"/> has to follow when it is done.</summary>
    public ValueTask<IoResult> SendAsync(StreamSocket socket)
    {
        Debug.Assert(_sendingBytes == 0, "One send at a time.");
        SendSegment first = TakeSegment(0);
        SendSegment second = TakeSegment(1);
        SendSegment third = TakeSegment(2);
        _sendingBytes = first.Count + second.Count + third.Count;
        _queuedBytes -= _sendingBytes;
        return socket.SendAsync(first, second, third);
    }

    /// <summary>Gives the buffers of the last send back.</summary>
    public void OnSent()
    {
        _sendingBytes = 0;
        for (int i = 0; i < SegmentsMax && _sending[i] is { } buffer; i++)
        {
            pool.Return(buffer);
            _sending[i] = null;
        }
    }

    /// <summary>Forgets what was not sent; while a send is pending its buffers stay until <see cref="OnSent"/>.</summary>
    public void Clear()
    {
        Seal();
        while (_full.TryDequeue(out (PooledBuffer Buffer, int Length) entry))
        {
            pool.Return(entry.Buffer);
        }

        _queuedBytes = 0;
    }

    private SendSegment TakeSegment(int index)
    {
        if (_full.Count == 0)
        {
            Seal();
        }

        if (!_full.TryDequeue(out (PooledBuffer Buffer, int Length) entry))
        {
            return default;
        }

        _sending[index] = entry.Buffer;
        return new SendSegment(entry.Buffer.Array, 0, entry.Length);
    }

    private void Seal()
    {
        if (_tail is not null && _tailLength > 0)
        {
            _full.Enqueue((_tail, _tailLength));
        }
        else if (_tail is not null)
        {
            pool.Return(_tail);
        }

        _tail = null;
        _tailLength = 0;
    }
}
