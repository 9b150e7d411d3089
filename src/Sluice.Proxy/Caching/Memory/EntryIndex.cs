namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// From hashes to entries: a table with open addressing and linear probing. A slot is one 64-bit word, so that it is read and written in one piece: the upper half of
/// the hash, and the entry.
/// </summary>
/// <remarks>
/// <para>Changed under the lock of the shard, and read by any thread at any time. That is sound because a slot that was filled is never moved within an array: it
/// is overwritten by the successor of the same key, or becomes a tombstone, which probing passes by. A tombstone may become empty where an empty slot follows:
/// whoever is at it would have stopped at the next one anyway. Growing, and clearing tombstones away, makes a new array; who still reads the old one notices by
/// comparing <see cref="Slots"/> afterwards.</para>
/// </remarks>
internal sealed class EntryIndex
{
    /// <summary>Where probing ends.</summary>
    public const long Empty = 0;

    private const long Tombstone = 1;
    private const uint FirstId = 2;
    private const int LengthMin = 16;

    private long[] _slots = new long[LengthMin];
    private int _taken;

    /// <summary>The slots; the length is a power of two. For any thread.</summary>
    public long[] Slots => Volatile.Read(ref _slots);

    /// <summary>The bytes of an index for so many entries.</summary>
    public static long BytesFor(int entries) => (long)LengthFor(entries) * sizeof(long);

    /// <summary>Where probing for a hash begins.</summary>
    public static int Start(ulong hash, long[] slots) => (int)hash & (slots.Length - 1);

    /// <summary>Whether a slot may be that of a hash, and its entry.</summary>
    public static bool Matches(long slot, ulong hash, out int id)
    {
        id = (int)((uint)slot - FirstId);
        return (uint)(slot >> 32) == (uint)(hash >> 32) && (uint)slot >= FirstId;
    }

    /// <summary>Whether slots can't tell two hashes apart.</summary>
    public static bool LookAlike(ulong first, ulong second) => (uint)(first >> 32) == (uint)(second >> 32);

    /// <summary>Makes room for so many entries.</summary>
    public void Reserve(int entries, EntryTable table)
    {
        int length = LengthFor(entries);
        if (length > _slots.Length)
        {
            Rebuild(length, table);
        }
    }

    /// <summary>Puts an entry in whose key isn't there. There is room for it.</summary>
    public void Add(int id, ulong hash, EntryTable table)
    {
        // Tombstones make probing longer, and are cleared away before they take the last eighth.
        if (_taken >= _slots.Length / 8 * 7)
        {
            Rebuild(_slots.Length, table);
        }

        int at = Start(hash, _slots);
        while ((uint)_slots[at] >= FirstId)
        {
            at = (at + 1) & (_slots.Length - 1);
        }

        if (_slots[at] == Empty)
        {
            _taken++;
        }

        Volatile.Write(ref _slots[at], SlotOf(id, hash));
    }

    /// <summary>Puts an entry in the place of another with the same hash, which is there.</summary>
    public void Replace(int old, int id, ulong hash) => Volatile.Write(ref _slots[Find(old, hash)], SlotOf(id, hash));

    /// <summary>Takes an entry out that is there.</summary>
    public void Remove(int id, ulong hash)
    {
        int mask = _slots.Length - 1;
        int at = Find(id, hash);
        if (_slots[(at + 1) & mask] != Empty)
        {
            Volatile.Write(ref _slots[at], Tombstone);
            return;
        }

        do
        {
            Volatile.Write(ref _slots[at], Empty);
            _taken--;
            at = (at - 1) & mask;
        }
        while (_slots[at] == Tombstone);
    }

    /// <summary>At most 5/8 of the slots are in use.</summary>
    private static int LengthFor(int entries)
    {
        int length = LengthMin;
        while (length / 8 * 5 < entries)
        {
            length *= 2;
        }

        return length;
    }

    private static long SlotOf(int id, ulong hash) => (long)((hash & 0xFFFFFFFF00000000) | ((uint)id + FirstId));

    private int Find(int id, ulong hash)
    {
        long slot = SlotOf(id, hash);
        int at = Start(hash, _slots);
        while (_slots[at] != slot)
        {
            if (_slots[at] == Empty)
            {
                throw new InvalidOperationException("An entry of the index isn't in it.");
            }

            at = (at + 1) & (_slots.Length - 1);
        }

        return at;
    }

    private void Rebuild(int length, EntryTable table)
    {
        long[] slots = new long[length];
        _taken = 0;
        foreach (long slot in _slots)
        {
            if ((uint)slot < FirstId)
            {
                continue;
            }

            int at = Start(table[(int)((uint)slot - FirstId)].Hash, slots);
            while (slots[at] != Empty)
            {
                at = (at + 1) & (length - 1);
            }

            slots[at] = slot;
            _taken++;
        }

        Volatile.Write(ref _slots, slots);
    }
}
