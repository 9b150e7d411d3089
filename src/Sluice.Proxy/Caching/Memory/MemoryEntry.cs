namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// What is known of one object, in 120 bytes without references. Everything a look-up needs is in the first 56. <see cref="MemoryShard"/> says who may touch what.
/// </summary>
internal struct MemoryEntry
{
    /// <summary>Whose memory this is: 0 nobody's, then it may be written anew; every holder counts, the index as one. Interlocked.</summary>
    public int References;

    /// <summary>What is so of it, as <see cref="EntryFlags"/>. Interlocked.</summary>
    public int Flags;

    /// <summary>Of the key. Written before the first reference.</summary>
    public ulong Hash;

    /// <summary>Bytes of content that may be read. Volatile; grows while the object is written.</summary>
    public long Length;

    /// <summary>The first block: link, key, head, content. Volatile: its order may shrink.</summary>
    public uint FirstBlock;

    /// <summary>In bytes. Written before the first reference.</summary>
    public int HeadLength;

    /// <summary>In bytes. Written before the first reference.</summary>
    public ushort KeyLength;

    /// <summary>Look-ups since it was last considered for eviction, up to <see cref="HitsMax"/>. Two that count at once may count as one: it is only a hint.</summary>
    public byte Hits;

    /// <summary>The queue it waits in, as <see cref="QueueKind"/>. Under the lock of the shard.</summary>
    public QueueKind Queue;

    /// <summary>The entry whose content this one shares, or -1; this one holds a reference to it. Written before the first reference.</summary>
    public int ContentOwner;

    /// <summary>In its queue, towards the older. Under the lock of the shard.</summary>
    public int Previous;

    /// <summary>In its queue, towards the younger (under the lock of the shard); in the list of free entries (the same); among those that are to be freed.</summary>
    public int Next;

    /// <summary>Unix seconds (until 2106) from which on it is of no use, not even as a stale response.</summary>
    public uint UselessAfter;

    /// <summary>What its blocks take, in units of <see cref="CacheBlock.UnitBytes"/>. Its writer's, then read under the lock of the shard.</summary>
    public uint Units;

    /// <summary>The caller's. Written before the first reference.</summary>
    public CacheMeta Meta;

    /// <summary>What <see cref="Hits"/> counts to.</summary>
    public const byte HitsMax = 3;
}
