namespace Sluice.Reactor.Buffers;

/// <summary>A pinned array out of a <see cref="BufferPool"/>. Who rents it owns it and returns it exactly once, on the same loop.</summary>
public sealed class PooledBuffer
{
    private readonly byte[] _array;

    internal PooledBuffer(BufferSize size, byte[] array)
    {
        Size = size;
        _array = array;
    }

    /// <summary>Its size class.</summary>
    public BufferSize Size { get; }

    /// <summary>Its length in bytes.</summary>
    public int Length => _array.Length;

    /// <summary>The bytes. Using a buffer after its return is a bug and throws.</summary>
    public byte[] Array => IsRented ? _array : throw new InvalidOperationException("A buffer was used after its return.");

    /// <summary>The bytes of a buffer that nobody owns, for the pool.</summary>
    internal byte[] Pages => _array;

    /// <summary>Whether somebody owns it.</summary>
    internal bool IsRented { get; set; }
}
