using System.Diagnostics;
using Sluice.Reactor.Buffers;

namespace Sluice.Proxy.Health.Checks;

/// <summary>The beginning of what a server says, as far as it is looked at. Owns a buffer only meanwhile.</summary>
internal sealed class CheckContent(BufferPool pool)
{
    /// <summary>As much is looked at; what is behind it is not even received.</summary>
    public const int BytesMax = 64 * 1024;

    private PooledBuffer? _buffer;

    /// <summary>The bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Whether nothing more is looked at.</summary>
    public bool IsFull => Length == BytesMax;

    /// <summary>What is there.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer is null ? default : _buffer.Array.AsSpan(0, Length);

    /// <summary>Adds what comes next, as far as it is looked at.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, BytesMax - Length);
        if (count > 0)
        {
            MakeRoom(Length + count);
            bytes[..count].CopyTo(_buffer!.Array.AsSpan(Length));
            Length += count;
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Release()
    {
        Length = 0;
        if (_buffer is not null)
        {
            pool.Return(_buffer);
            _buffer = null;
        }
    }

    private void MakeRoom(int bytes)
    {
        Debug.Assert(bytes <= BytesMax, "What is not looked at is not kept.");
        if (_buffer is null || _buffer.Length < bytes)
        {
            PooledBuffer larger = pool.Rent(BufferPool.SizeFor(bytes));
            Bytes.CopyTo(larger.Array);
            if (_buffer is not null)
            {
                pool.Return(_buffer);
            }

            _buffer = larger;
        }
    }
}
