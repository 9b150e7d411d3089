namespace Sluice.Proxy.Caching.Memory;

/// <summary>The side of a shard that takes no lock: finding objects, holding them, and giving them back. For any thread; nobody waits for anybody.</summary>
/// <remarks>
/// <para>Finding is sound without a lock for these reasons:</para>
/// <list type="number">
/// <item>A reference is taken only by turning r &gt; 0 into r + 1 atomically. Nothing gets from 0 to 1 but by <see cref="MemoryShard.Publish"/>, for a new object, after all
/// of its fields were written. So who has a reference has one to a whole object, and its entry, blocks and pages stay until it is given back. Before that only slots and
/// reference counts are read, in arrays that never move and are never given back.</item>
/// <item>The entry may have been reused between reading its number in the index and taking the reference (ABA). So what it is - hash, whole key, whether
/// the index leads to it - is looked at afterwards. A reference to something else does no harm, it is given back.</item>
/// <item>A change is made in this order: the new object is whole and flagged as indexed; the slot is overwritten; the flag of the old one is cleared; the index's reference to
/// it is given back. So a slot of the current array leads to an object that is whole and flagged at any time. Who finds it otherwise reads the slot again, and takes what is there now, even if
/// the slot says the same: then the number has come back, as that of another object. Each time around somebody else has stored something, so nobody waits for anybody.
/// A key that is in the index all the time, under changing objects, is always found.</item>
/// <item>The slots may be exchanged for other arrays meanwhile (<see cref="EntryIndex"/>). Who finds nothing looks whether they were, and then looks again.</item>
/// <item>Content is published by a volatile length: whoever reads it sees the bytes and the links of blocks that were written before. No block goes away before its object;
/// the last one may be trimmed to what is used of it, which moves nothing.</item>
/// </list>
/// <para>Taking and giving back references are atomic with a full fence, slots and lengths are read with acquire and written with release semantics, so all of that holds on arm64, too.
/// The one who gives the last reference back may be a reader, which must not wait for a lock: it puts the entry on a stack (<see cref="EntryTable.Retire"/>), and the next writer frees it.</para>
/// </remarks>
/// <param name="table">The entries.</param>
/// <param name="index">What leads to them.</param>
/// <param name="pages">Where their blocks are.</param>
internal sealed class EntryReader(EntryTable table, EntryIndex index, CachePages pages)
{
    private readonly EntryTable _table = table;
    private readonly EntryIndex _index = index;

    /// <summary>Where the blocks are.</summary>
    public CachePages Pages { get; } = pages;

    /// <summary>How many entries there are, in use or not.</summary>
    public int Count => _table.Count;

    /// <summary>An entry; <see cref="MemoryEntry"/> and <see cref="MemoryShard"/> say who may touch what of it.</summary>
    public ref MemoryEntry this[int id] => ref _table[id];

    /// <summary>Finds the object of a key and takes a reference to it.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, ulong hash, out int id)
    {
        while (true)
        {
            long[] slots = _index.Slots;
            if (TryFind(slots, key, hash, out id))
            {
                return true;
            }

            if (ReferenceEquals(slots, _index.Slots))
            {
                return false;
            }
        }
    }

    /// <summary>Whether the index has an object with the same key as one that the caller has a reference to.</summary>
    public bool HasKeyOf(int id)
    {
        if (!TryFind(KeyOf(id), _table[id].Hash, out int found))
        {
            return false;
        }

        Release(found);
        return true;
    }

    /// <summary>Counts that an object was asked for.</summary>
    public void CountHit(int id)
    {
        // Not atomic, and not at all once it is at its top: what is asked for most isn't written to for this.
        ref MemoryEntry entry = ref _table[id];
        if (entry.Hits < MemoryEntry.HitsMax)
        {
            entry.Hits++;
        }
    }

    /// <summary>The second step of finding: takes a reference to an entry if it is what a key has now, whatever it was when its number was read.</summary>
    /// <param name="id">The entry that a slot leads to.</param>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isOther">Whether it is what another key has whose slots look the same. If it is neither, the slot has changed.</param>
    public bool TryHold(int id, ReadOnlySpan<byte> key, ulong hash, out bool isOther)
    {
        isOther = false;
        ref MemoryEntry entry = ref _table[id];
        if (!TryHold(ref entry))
        {
            return false;
        }

        bool isIndexed = (Volatile.Read(ref entry.Flags) & (int)EntryFlags.Indexed) != 0;
        if (isIndexed && entry.Hash == hash && KeyOf(id).SequenceEqual(key))
        {
            return true;
        }

        isOther = isIndexed && EntryIndex.LookAlike(entry.Hash, hash);
        Release(id);
        return false;
    }

    /// <summary>Takes a reference to an entry if it is in the index.</summary>
    public bool TryHoldIndexed(int id)
    {
        ref MemoryEntry entry = ref _table[id];
        if (!TryHold(ref entry))
        {
            return false;
        }

        if ((Volatile.Read(ref entry.Flags) & (int)EntryFlags.Indexed) != 0)
        {
            return true;
        }

        Release(id);
        return false;
    }

    /// <summary>Gives a reference back.</summary>
    /// <exception cref="InvalidOperationException">There was none: a bug.</exception>
    public void Release(int id)
    {
        int left = Interlocked.Decrement(ref _table[id].References);
        if (left == 0)
        {
            _table.Retire(id);
        }
        else if (left < 0)
        {
            throw new InvalidOperationException("A cached object was released twice.");
        }
    }

    /// <summary>The key of an object that the caller has a reference to, or that is in the index while the lock is held.</summary>
    public ReadOnlySpan<byte> KeyOf(int id)
    {
        ref MemoryEntry entry = ref _table[id];
        var block = new CacheBlock(Volatile.Read(ref entry.FirstBlock));
        return Pages.Memory(block).AsSpan(block.Offset + CacheBlock.LinkBytes, entry.KeyLength);
    }

    /// <summary>The object as purges see it; the same conditions.</summary>
    public CacheEntryView ViewOf(int id)
    {
        ref MemoryEntry entry = ref _table[id];
        var block = new CacheBlock(Volatile.Read(ref entry.FirstBlock));
        ReadOnlySpan<byte> bytes = Pages.Memory(block).AsSpan(block.Offset + CacheBlock.LinkBytes, entry.KeyLength + entry.HeadLength);
        return new CacheEntryView(bytes[..entry.KeyLength], bytes[entry.KeyLength..], ref entry.Meta);
    }

    private static bool TryHold(ref MemoryEntry entry)
    {
        int references = Volatile.Read(ref entry.References);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref entry.References, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    private bool TryFind(long[] slots, ReadOnlySpan<byte> key, ulong hash, out int id)
    {
        int mask = slots.Length - 1;
        for (int at = EntryIndex.Start(hash, slots); ; at = (at + 1) & mask)
        {
            long slot = Volatile.Read(ref slots[at]);
            while (EntryIndex.Matches(slot, hash, out id))
            {
                if (TryHold(id, key, hash, out bool isOther))
                {
                    return true;
                }

                if (isOther)
                {
                    break;
                }

                // Its slot was overwritten before it lost its flag or its references: that is seen here, or in the array that has taken the place of this one.
                if (!ReferenceEquals(slots, _index.Slots))
                {
                    return false;
                }

                slot = Volatile.Read(ref slots[at]);
            }

            if (slot == EntryIndex.Empty)
            {
                return false;
            }
        }
    }
}
