using System.Buffers;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>Content that has still to be written. Under the lock of its <see cref="DiskWriter"/>, but for the bytes, which don't change once they are counted.</summary>
/// <param name="start">Where in the content it begins.</param>
/// <param name="array">Where it is.</param>
/// <param name="arrayOffset">Where in that.</param>
/// <param name="done">What is called when it isn't needed any more; null for an array of the pool.</param>
/// <param name="doneState">With what.</param>
internal sealed class DiskBlock(long start, byte[] array, int arrayOffset, Action<object?>? done, object? doneState)
{
    /// <summary>Where in the content it begins.</summary>
    public long Start { get; } = start;

    /// <summary>How many bytes there are.</summary>
    public int Count { get; set; }

    /// <summary>How many of them are written.</summary>
    public int Written { get; set; }

    /// <summary>How many more fit in; 0 for one that is somebody else's.</summary>
    public int Room => done is null ? array.Length - Count : 0;

    /// <summary>What it keeps in memory, in bytes: all of its array, or of somebody else's what is in it.</summary>
    public int HeldBytes => done is null ? array.Length : Count;

    /// <summary>An empty one.</summary>
    /// <param name="start">Where in the content it begins.</param>
    /// <param name="bytes">A power of two, which the pool's arrays are as large as.</param>
    public static DiskBlock Rent(long start, int bytes) => new(start, ArrayPool<byte>.Shared.Rent(bytes), 0, null, null);

    /// <summary>The bytes from one on.</summary>
    public ReadOnlySpan<byte> From(int offset) => array.AsSpan(arrayOffset + offset, Count - offset);

    /// <summary>Adds bytes; as many as there is room for at the most.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(array.AsSpan(Count));
        Count += bytes.Length;
    }

    /// <summary>It isn't needed any more.</summary>
    public void Return()
    {
        if (done is not null)
        {
            done(doneState);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
