namespace Sluice.Proxy.Caching.Memory;

/// <summary>Finds entries that are of no use any more, where it is known that there may be some: round and round through the table, a few at a time.</summary>
/// <remarks>Under the lock of the shard.</remarks>
internal sealed class UselessSearch(EntryTable table)
{
    private const int None = -1;

    // How many entries are looked at before a useful one goes: some microseconds.
    private const int LooksMax = 256;

    private readonly EntryTable _table = table;
    private int _lookAt;

    // No entry of the index is of no use before the first; the second is the earliest since looking began at entry 0. Both in unix seconds.
    private long _earliestUseless = long.MaxValue;
    private long _earliestSeen = long.MaxValue;

    /// <summary>Whether an entry is in the index and of no use any more.</summary>
    public static bool IsUseless(ref MemoryEntry entry, long nowSeconds)
    {
        return (Volatile.Read(ref entry.Flags) & (int)EntryFlags.Indexed) != 0 && Volatile.Read(ref entry.UselessAfter) < nowSeconds;
    }

    /// <summary>Takes note of an entry that comes into the index.</summary>
    public void Add(long uselessAfter)
    {
        _earliestUseless = Math.Min(_earliestUseless, uselessAfter);
        _earliestSeen = Math.Min(_earliestSeen, uselessAfter);
    }

    /// <summary>An entry that is of no use any more, or -1 where there is none or none was found within a few looks.</summary>
    public int Find(long nowSeconds)
    {
        int count = _table.Count;
        for (int looks = 0; looks < LooksMax && _earliestUseless < nowSeconds; looks++)
        {
            ref MemoryEntry entry = ref _table[_lookAt];
            if (IsUseless(ref entry, nowSeconds))
            {
                return _lookAt;
            }

            if ((entry.Flags & (int)EntryFlags.Indexed) != 0)
            {
                _earliestSeen = Math.Min(_earliestSeen, entry.UselessAfter);
            }

            if (++_lookAt == count)
            {
                // Once around: what is left, and what came meanwhile, is of use until then.
                _lookAt = 0;
                _earliestUseless = _earliestSeen;
                _earliestSeen = long.MaxValue;
            }
        }

        return None;
    }
}
