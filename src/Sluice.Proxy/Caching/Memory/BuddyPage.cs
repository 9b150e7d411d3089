using System.Diagnostics;
using System.Numerics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// One page and which blocks of it are free: a binary buddy system (Knowlton, "A fast storage allocator", 1965; Knuth, TAOCP 1, 2.5) with a bit for each
/// possible block of each order. The maps take 2 KiB; nothing is written into free blocks.
/// </summary>
/// <remarks>Guarded by the lock of <see cref="CachePages"/>.</remarks>
internal sealed class BuddyPage
{
    private const int BitsPerWord = 64;
    private static readonly int[] MapStart = StartsOfMaps();

    private readonly ulong[] _free = new ulong[MapStart[^1]];
    private readonly ushort[] _freeCount = new ushort[CacheBlock.OrderMax + 1];

    /// <summary>All free.</summary>
    public BuddyPage()
    {
        Set(CacheBlock.OrderMax, 0);
    }

    /// <summary>The bytes. Uninitialized: what nobody wrote may be anything.</summary>
    public byte[] Memory { get; } = GC.AllocateUninitializedArray<byte>(CacheBlock.PageBytes, pinned: true);

    /// <summary>A bit for each order that a block is free of.</summary>
    public uint FreeOrders { get; private set; }

    /// <summary>How much is rented, in units.</summary>
    public int UsedUnits { get; private set; }

    /// <summary>Whether nothing more is rented of it, so that it becomes empty.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Rents a block; one of its order or above is free. Returns its first unit.</summary>
    public int Rent(int order)
    {
        Debug.Assert(FreeOrders >> order != 0, "Who asks has looked.");
        int from = order + BitOperations.TrailingZeroCount(FreeOrders >> order);
        int index = FirstFree(from);
        Clear(from, index);
        while (from > order)
        {
            from--;
            index <<= 1;
            Set(from, index + 1);
        }

        UsedUnits += 1 << order;
        return index << order;
    }

    /// <summary>Takes a block back and merges it with its neighbours.</summary>
    /// <exception cref="InvalidOperationException">It was free: a bug.</exception>
    public void Return(int unit, int order)
    {
        for (int above = order; above <= CacheBlock.OrderMax; above++)
        {
            if (IsFree(above, unit >> above))
            {
                throw new InvalidOperationException("A block was returned twice.");
            }
        }

        UsedUnits -= 1 << order;
        int index = unit >> order;
        while (order < CacheBlock.OrderMax && IsFree(order, index ^ 1))
        {
            Clear(order, index ^ 1);
            index >>= 1;
            order++;
        }

        Set(order, index);
    }

    /// <summary>Takes all of a block back but its beginning, a block of a lower order.</summary>
    public void Trim(int unit, int order, int newOrder)
    {
        // The other halves can't merge: the neighbour of each holds what is kept.
        UsedUnits -= (1 << order) - (1 << newOrder);
        while (order > newOrder)
        {
            order--;
            Set(order, (unit >> order) + 1);
        }
    }

    private static int[] StartsOfMaps()
    {
        int[] starts = new int[CacheBlock.OrderMax + 2];
        for (int order = 0; order <= CacheBlock.OrderMax; order++)
        {
            int bits = CacheBlock.UnitsPerPage >> order;
            starts[order + 1] = starts[order] + ((bits + BitsPerWord - 1) / BitsPerWord);
        }

        return starts;
    }

    private int FirstFree(int order)
    {
        int word = MapStart[order];
        while (_free[word] == 0)
        {
            word++;
        }

        return ((word - MapStart[order]) * BitsPerWord) + BitOperations.TrailingZeroCount(_free[word]);
    }

    private bool IsFree(int order, int index) => (_free[MapStart[order] + (index / BitsPerWord)] >> (index % BitsPerWord) & 1) != 0;

    private void Set(int order, int index)
    {
        _free[MapStart[order] + (index / BitsPerWord)] |= 1UL << (index % BitsPerWord);
        _freeCount[order]++;
        FreeOrders |= 1U << order;
    }

    private void Clear(int order, int index)
    {
        _free[MapStart[order] + (index / BitsPerWord)] &= ~(1UL << (index % BitsPerWord));
        if (--_freeCount[order] == 0)
        {
            FreeOrders &= ~(1U << order);
        }
    }
}
