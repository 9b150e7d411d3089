using System.Diagnostics;
using Sluice.Reactor.Buffers;

namespace Sluice.Proxy.Pipeline;

/// <summary>Content that arrived before somebody took it. Bounded: what doesn't fit is refused.</summary>
/// <remarks>
/// Owns the buffers it holds, and the one that was taken last, until the next is taken. Small parts share a buffer, so that many of them take no more
/// memory than few large ones: the bytes allowed and two buffers of 32 KiB.
/// </remarks>
internal sealed class ContentQueue(BufferPool pool)
{
    private readonly Queue<PooledBuffer> _buffers = new();
    private PooledBuffer? _tail;
    private PooledBuffer? _taken;
    private int _tailLength;
    private int _takenLength;
    private int _bytes;

    /// <summary>Bytes that were added and not sent yet.</summary>
    public int Bytes => _bytes;

    /// <summary>Whether nothing is left to take.</summary>
    public bool IsEmpty => _buffers.Count == 0;

    /// <summary>Copies bytes; false, and nothing is copied, when they would be too many.</summary>
    public bool TryAdd(ReadOnlySpan<byte> bytes, int bytesMax)
    {
        if (bytes.Length > bytesMax - _bytes)
        {
            return false;
        }

        _bytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_tail is null || _tailLength == _tail.Length)
            {
                AddBuffer(bytes.Length);
            }

            int count = Math.Min(bytes.Length, _tail!.Length - _tailLength);
            bytes[..count].CopyTo(_tail.Array.AsSpan(_tailLength));
            _tailLength += count;
            bytes = bytes[count..];
        }

        return true;
    }

    /// <summary>Takes the oldest bytes, which stay valid until the next call. Whatever was taken before has been sent by now.</summary>
    public ArraySegment<byte> Take()
    {
        ReturnTaken();
        Debug.Assert(!IsEmpty, "There is something to take.");
        _taken = _buffers.Dequeue();

        // All but the last are full.
        bool isTail = ReferenceEquals(_taken, _tail);
        _takenLength = isTail ? _tailLength : _taken.Length;
        _tail = isTail ? null : _tail;
        return new ArraySegment<byte>(_taken.Array, 0, _takenLength);
    }

    /// <summary>Gives back what was taken last: it has been sent.</summary>
    public void ReturnTaken()
    {
        if (_taken is not null)
        {
            pool.Return(_taken);
            _taken = null;
            _bytes -= _takenLength;
        }
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        ReturnTaken();
        while (_buffers.TryDequeue(out PooledBuffer? buffer))
        {
            pool.Return(buffer);
        }

        _tail = null;
        _bytes = 0;
    }

    private void AddBuffer(int count)
    {
        bool isSmall = IsEmpty && count <= BufferPool.LengthOf(BufferSize.Small);
        _tail = pool.Rent(isSmall ? BufferSize.Small : BufferSize.Medium);
        _tailLength = 0;
        _buffers.Enqueue(_tail);
    }
}
