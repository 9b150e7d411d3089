using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Buffers;

/// <summary>The buffers of one event loop: pinned arrays in four sizes, last returned first rented, so that they are warm in the cache.</summary>
/// <remarks>
/// Not thread-safe. Buffers that nobody needed between two calls of <see cref="Trim"/> give their memory back to the system.
/// </remarks>
public sealed class BufferPool
{
    private static readonly int[] Lengths = [1024, 4 * 1024, 32 * 1024, 128 * 1024];

    private readonly Stack<PooledBuffer>[] _free = [new(), new(), new(), new()];
    private readonly int[] _lowWater = new int[Lengths.Length];

    /// <summary>Buffers rented and not returned yet.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Bytes in those.</summary>
    public long OutstandingBytes { get; private set; }

    /// <summary>Bytes in buffers that wait to be rented.</summary>
    public long FreeBytes
    {
        get
        {
            long bytes = 0;
            for (int i = 0; i < _free.Length; i++)
            {
                bytes += (long)_free[i].Count * Lengths[i];
            }

            return bytes;
        }
    }

    /// <summary>Whether any buffer waits to be rented.</summary>
    internal bool HasFree => _free[0].Count + _free[1].Count + _free[2].Count + _free[3].Count > 0;

    /// <summary>The length in bytes of a size.</summary>
    public static int LengthOf(BufferSize size) => Lengths[(int)size];

    /// <summary>The smallest size that holds so many bytes, up to the largest.</summary>
    public static BufferSize SizeFor(int bytes)
    {
        BufferSize size = BufferSize.Tiny;
        while (LengthOf(size) < bytes)
        {
            size++;
        }

        return size;
    }

    /// <summary>Rents a buffer with unspecified content. The caller owns it until <see cref="Return"/>.</summary>
    public PooledBuffer Rent(BufferSize size)
    {
        Stack<PooledBuffer> free = _free[(int)size];
        PooledBuffer buffer = free.Count > 0
            ? free.Pop()
            : new PooledBuffer(size, GC.AllocateUninitializedArray<byte>(Lengths[(int)size], pinned: true));
        _lowWater[(int)size] = Math.Min(_lowWater[(int)size], free.Count);
        Debug.Assert(!buffer.IsRented, "A free buffer has no owner.");
        buffer.IsRented = true;
        Outstanding++;
        OutstandingBytes += buffer.Length;
        return buffer;
    }

    /// <summary>Takes a buffer back.</summary>
    /// <exception cref="InvalidOperationException">It was returned before: a bug.</exception>
    public void Return(PooledBuffer buffer)
    {
        if (!buffer.IsRented)
        {
            throw new InvalidOperationException("A buffer was returned twice.");
        }

        buffer.IsRented = false;
        Outstanding--;
        OutstandingBytes -= buffer.Length;
        _free[(int)buffer.Size].Push(buffer);
    }

    /// <summary>Gives up half of the buffers that stayed unused since the last call, and returns how many bytes those were.</summary>
    public long Trim()
    {
        long bytes = 0;
        for (int i = 0; i < _free.Length; i++)
        {
            int surplus = (_lowWater[i] + 1) / 2;
            _lowWater[i] = _free[i].Count - surplus;
            for (; surplus > 0; surplus--)
            {
                PooledBuffer buffer = _free[i].Pop();
                bytes += buffer.Length;
                Release(buffer);
            }
        }

        return bytes;
    }

    // The collector frees a pinned array only when it next runs, and with no allocations that may be never. The pages inside are handed back
    // at once: private anonymous memory reads as zeros afterwards, which is as good a content as any for bytes nobody owns.
    private static unsafe void Release(PooledBuffer buffer)
    {
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer.Pages));
        (nint first, nint length) = InteriorPages(start, buffer.Length, Environment.SystemPageSize);
        if (length > 0)
        {
            _ = LibC.Advise(first, (nuint)length, LibC.MadvDontNeed);
        }
    }

    /// <summary>The whole pages inside a block; the length is 0 when there is none. The kernel rounds lengths up, so the size of a page must be right.</summary>
    internal static (nint First, nint Length) InteriorPages(nint start, int length, int pageBytes)
    {
        nint first = (start + pageBytes - 1) & ~((nint)pageBytes - 1);
        nint end = (start + length) & ~((nint)pageBytes - 1);
        return (first, Math.Max(end - first, 0));
    }
}
