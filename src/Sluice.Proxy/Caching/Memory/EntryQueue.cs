namespace Sluice.Proxy.Caching.Memory;

/// <summary>The ends of a queue of entries, which are linked among themselves. Under the lock of the shard.</summary>
internal struct EntryQueue
{
    /// <summary>The first to be considered, or -1.</summary>
    public int Oldest;

    /// <summary>The last that came, or -1.</summary>
    public int Youngest;

    /// <summary>How many entries.</summary>
    public int Count;

    /// <summary>What their blocks take, in units of <see cref="CacheBlock.UnitBytes"/>.</summary>
    public long Units;

    /// <summary>Empty.</summary>
    public EntryQueue()
    {
        Oldest = -1;
        Youngest = -1;
    }
}
