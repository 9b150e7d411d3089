namespace Sluice.Proxy.Caching.Memory;

/// <summary>Which blocks hold so many bytes with little waste: powers of two, the largest first, and the last rounded up where that wastes little of the whole.</summary>
internal static class BlockFit
{
    /// <summary>The largest block of an object: 256 KiB, large enough that sending it takes few system calls, and small enough to be found in a used page.</summary>
    public const int OrderMax = 11;

    // A block of 256 B more or less is no waste worth a second block.
    private const int OrderMin = 1;
    private const int LargeBytes = 16 * 1024;

    /// <summary>The order of the next block.</summary>
    /// <param name="rest">How many bytes, with the block's link, are to be put somewhere: 1 or more.</param>
    /// <param name="whole">How many bytes the object takes in all. Up to 16 KiB a fourth of it may be wasted, above an eighth.</param>
    public static int OrderFor(long rest, long whole)
    {
        if (rest >= CacheBlock.UnitBytes << OrderMax)
        {
            return OrderMax;
        }

        int order = CacheBlock.OrderFor((int)rest);
        long waste = (CacheBlock.UnitBytes << order) - rest;
        return order <= OrderMin || waste <= (whole <= LargeBytes ? whole / 4 : whole / 8) ? order : order - 1;
    }
}
