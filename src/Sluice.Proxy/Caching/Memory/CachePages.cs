using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// The memory of cached objects: blocks of 128 B to 1 MiB out of pinned pages of 1 MiB, without references, so that the collector neither moves nor scans them,
/// and in arrays, so that they are sent as they are. Blocks come from the smallest free one that is large enough, in the lowest page that has such: pages above
/// become empty, and go back to the collector beyond a small reserve.
/// </summary>
/// <remarks>
/// For any thread. One lock, held for some ten nanoseconds, and only by who writes: reading a block takes none, because who reads holds a reference to the object
/// that owns it (see <see cref="MemoryShard"/>), so that neither the block nor its page goes away meanwhile.
/// </remarks>
/// <param name="budget">Pays for pages: 1 MiB for each. Their maps are another 0.2 %, which is not counted.</param>
internal sealed class CachePages(MemoryBudget budget)
{
    // Empty pages that are kept for the next objects, so that nothing swings between the collector and us: one, and one more for each of so many.
    private const int PagesPerReserved = 64;

    private readonly Lock _lock = new();
    private readonly MemoryBudget _budget = budget;
    private readonly PageSet[] _withFree = [.. Enumerable.Range(0, CacheBlock.OrderMax + 1).Select(_ => new PageSet())];
    private BuddyPage?[] _pages = [];
    private byte[]?[] _memory = [];
    private int _pageCount;
    private int _emptyCount;
    private int _closedCount;
    private bool _isShort;
    private long _usedBytes;

    /// <summary>Bytes in rented blocks. For any thread.</summary>
    public long UsedBytes => Volatile.Read(ref _usedBytes);

    /// <summary>Bytes in pages. For any thread.</summary>
    public long PageBytes => (long)Volatile.Read(ref _pageCount) * CacheBlock.PageBytes;

    /// <summary>Whether a page waits to become empty. For any thread.</summary>
    public bool HasClosed => Volatile.Read(ref _closedCount) > 0;

    /// <summary>Rents the largest block that is to be had between two orders, from <paramref name="order"/> down; none where there is none.</summary>
    /// <remarks>It belongs to the caller until it is returned. Its link says that nothing is behind it.</remarks>
    public CacheBlock TryRent(int order, int orderMin)
    {
        Debug.Assert(orderMin >= 0 && orderMin <= order && order <= CacheBlock.OrderMax, "Orders of blocks.");
        CacheBlock block = default;
        lock (_lock)
        {
            int page = FindPage(order);
            if (page < 0)
            {
                page = AddPage();
            }

            while (page < 0 && order > orderMin)
            {
                order--;
                page = _withFree[order].First;
                _isShort = true;
            }

            if (page < 0)
            {
                _isShort = true;
                return default;
            }

            block = RentOf(page, order);
        }

        SetNext(block, default);
        return block;
    }

    /// <summary>Takes back a block and all that are behind it in its chain.</summary>
    /// <returns>How many bytes that were.</returns>
    public long Return(CacheBlock first)
    {
        long bytes = 0;
        lock (_lock)
        {
            for (CacheBlock block = first; !block.IsNone;)
            {
                CacheBlock next = Next(block);
                bytes += block.Bytes;
                ReturnOne(block);
                block = next;
            }

            Volatile.Write(ref _usedBytes, _usedBytes - bytes);
        }

        return bytes;
    }

    /// <summary>Takes back what of a block isn't used, by halves.</summary>
    /// <param name="block">The block.</param>
    /// <param name="bytes">How many of its bytes are used, link included.</param>
    /// <returns>The block as it is now; it begins where it did.</returns>
    public CacheBlock Trim(CacheBlock block, int bytes)
    {
        int order = CacheBlock.OrderFor(bytes);
        if (order >= block.Order)
        {
            return block;
        }

        CacheBlock trimmed = block.WithOrder(order);
        lock (_lock)
        {
            BuddyPage page = _pages[block.Page]!;
            uint before = page.FreeOrders;
            page.Trim(block.Unit, block.Order, order);
            Relist(block.Page, page, before);
            Volatile.Write(ref _usedBytes, _usedBytes - block.Bytes + trimmed.Bytes);
        }

        return trimmed;
    }

    /// <summary>Whether a block of the order that was asked for wasn't to be had since this was last asked, although as much was free.</summary>
    public bool TakeShortage()
    {
        lock (_lock)
        {
            bool isShort = _isShort;
            _isShort = false;
            return isShort;
        }
    }

    /// <summary>Closes the emptiest pages: nothing more is rented of them, and they go back to the collector when they are empty.</summary>
    /// <param name="count">How many are to be closed in all, those that were before included.</param>
    public void Close(int count)
    {
        lock (_lock)
        {
            IEnumerable<int> emptiest = Enumerable.Range(0, _pages.Length).Where(at => _pages[at] is { IsClosed: false })
                .OrderBy(at => _pages[at]!.UsedUnits).Take(Math.Max(0, count - _closedCount));
            foreach (int at in emptiest.ToArray())
            {
                BuddyPage page = _pages[at]!;
                uint before = page.FreeOrders;
                page.IsClosed = true;
                _closedCount++;
                Relist(at, page, before);
                if (page.UsedUnits == 0)
                {
                    Drop(at);
                }
            }
        }
    }

    /// <summary>Whether a block, or one behind it in its chain, is of a page that is closed. The caller holds a reference to what owns them.</summary>
    public bool IsInClosed(CacheBlock first)
    {
        lock (_lock)
        {
            CacheBlock block = first;
            while (!block.IsNone && !_pages[block.Page]!.IsClosed)
            {
                block = Next(block);
            }

            return !block.IsNone;
        }
    }

    /// <summary>The page that a block is of. The caller holds a reference to what owns the block.</summary>
    public byte[] Memory(CacheBlock block) => Volatile.Read(ref _memory)[block.Page]!;

    /// <summary>The block behind one in its chain, or none.</summary>
    public CacheBlock Next(CacheBlock block) => new(Volatile.Read(ref Link(block)));

    /// <summary>Puts a block behind another one. Its owner only.</summary>
    public void SetNext(CacheBlock block, CacheBlock next) => Volatile.Write(ref Link(block), next.Handle);

    // Blocks are aligned to more than four bytes, so a link is read and written in one piece.
    private ref uint Link(CacheBlock block) => ref MemoryMarshal.AsRef<uint>(Memory(block).AsSpan(block.Offset, CacheBlock.LinkBytes));

    /// <summary>The lowest page among those with the smallest free block that is large enough, or -1.</summary>
    private int FindPage(int order)
    {
        for (int from = order; from <= CacheBlock.OrderMax; from++)
        {
            int page = _withFree[from].First;
            if (page >= 0)
            {
                return page;
            }
        }

        return -1;
    }

    private int AddPage()
    {
        if (_pageCount == CacheBlock.PagesMax || !_budget.TryTake(CacheBlock.PageBytes))
        {
            return -1;
        }

        int at = Array.IndexOf(_pages, null);
        if (at < 0)
        {
            at = _pages.Length;
            int length = Math.Max(16, at * 2);
            Array.Resize(ref _pages, length);
            byte[]?[] memory = new byte[]?[length];
            _memory.CopyTo(memory, 0);
            Volatile.Write(ref _memory, memory);
        }

        var page = new BuddyPage();
        _pages[at] = page;
        _memory[at] = page.Memory;
        _pageCount++;
        _emptyCount++;
        Relist(at, page, 0);
        return at;
    }

    private CacheBlock RentOf(int at, int order)
    {
        BuddyPage page = _pages[at]!;
        uint before = page.FreeOrders;
        if (page.UsedUnits == 0)
        {
            _emptyCount--;
        }

        var block = new CacheBlock(at, page.Rent(order), order);
        Relist(at, page, before);
        Volatile.Write(ref _usedBytes, _usedBytes + block.Bytes);
        return block;
    }

    private void ReturnOne(CacheBlock block)
    {
        BuddyPage page = _pages[block.Page]!;
        uint before = page.FreeOrders;
        page.Return(block.Unit, block.Order);
        Relist(block.Page, page, before);
        if (page.UsedUnits > 0)
        {
            return;
        }

        _emptyCount++;
        if (!page.IsClosed && (_budget.Used > _budget.Limit || _emptyCount > 1 + (_pageCount / PagesPerReserved)))
        {
            before = page.FreeOrders;
            page.IsClosed = true;
            _closedCount++;
            Relist(block.Page, page, before);
        }

        if (page.IsClosed)
        {
            Drop(block.Page);
        }
    }

    /// <summary>Lets a closed, empty page go.</summary>
    private void Drop(int at)
    {
        _pages[at] = null;
        _memory[at] = null;
        _pageCount--;
        _emptyCount--;
        _closedCount--;
        _budget.GiveBack(CacheBlock.PageBytes);
    }

    /// <summary>Brings the sets of pages with free blocks up to date. A closed page is in none.</summary>
    private void Relist(int at, BuddyPage page, uint before)
    {
        uint after = page.IsClosed ? 0 : page.FreeOrders;
        for (uint changed = before ^ after; changed != 0; changed &= changed - 1)
        {
            int order = BitOperations.TrailingZeroCount(changed);
            _withFree[order].Set(at, (after >> order & 1) != 0);
        }
    }
}
