using System.Numerics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// A block of a page, in 32 bits: a power of two of bytes, aligned to its size. Its first <see cref="LinkBytes"/> bytes are the handle of the block behind it in
/// its chain, the others are free for use.
/// </summary>
/// <remarks><code>
/// 31            17 16          4 3       0
/// ┌───────────────┬─────────────┬─────────┐
/// │ page          │ unit        │ order+1 │   0 is no block
/// └───────────────┴─────────────┴─────────┘
/// </code></remarks>
/// <param name="Handle">The bits.</param>
internal readonly record struct CacheBlock(uint Handle)
{
    /// <summary>The bytes of the smallest block.</summary>
    public const int UnitBytes = 128;

    /// <summary>The bytes of a page, which is the largest block.</summary>
    public const int PageBytes = 1 << 20;

    /// <summary>The order of a block of a whole page: 128 B is order 0, and each order twice as large.</summary>
    public const int OrderMax = 13;

    /// <summary>How many units a page has.</summary>
    public const int UnitsPerPage = PageBytes / UnitBytes;

    /// <summary>How many pages a handle can tell apart: 32 GiB.</summary>
    public const int PagesMax = 1 << 15;

    /// <summary>The bytes at the beginning of a block that hold its successor.</summary>
    public const int LinkBytes = sizeof(uint);

    private const int OrderBits = 4;
    private const int UnitBits = 13;

    /// <summary>The block of a page that begins with a unit.</summary>
    public CacheBlock(int page, int unit, int order)
        : this(((uint)page << (OrderBits + UnitBits)) | ((uint)unit << OrderBits) | (uint)(order + 1))
    {
    }

    /// <summary>Whether it is no block.</summary>
    public bool IsNone => Handle == 0;

    /// <summary>Its page.</summary>
    public int Page => (int)(Handle >> (OrderBits + UnitBits));

    /// <summary>Its first unit within the page.</summary>
    public int Unit => (int)(Handle >> OrderBits) & (UnitsPerPage - 1);

    /// <summary>0 to <see cref="OrderMax"/>.</summary>
    public int Order => (int)(Handle & ((1 << OrderBits) - 1)) - 1;

    /// <summary>Its first byte within the page.</summary>
    public int Offset => Unit * UnitBytes;

    /// <summary>All its bytes, with the link.</summary>
    public int Bytes => UnitBytes << Order;

    /// <summary>The order of the smallest block with so many bytes, link included: 1 to <see cref="PageBytes"/>.</summary>
    public static int OrderFor(int bytes)
    {
        return bytes <= UnitBytes ? 0 : BitOperations.Log2((uint)(bytes - 1) / UnitBytes) + 1;
    }

    /// <summary>Its beginning, as a block of a lower order.</summary>
    public CacheBlock WithOrder(int order) => new(Page, Unit, order);
}
