using System.Diagnostics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>A part of the memory tier: the objects whose hashes begin alike. Found without a lock (<see cref="EntryReader"/>); changed under a short one.</summary>
/// <remarks>
/// <para>Who may touch what of an object depends on its references:</para>
/// <code>
///         Begin                       Commit                      Remove, replace, evict
///   free ───────▶ 1 (its writer's) ──────────▶ +1 (the index's) ──────────────────────▶ -1
///    ▲              │ +1 for each reader, which must know it or find it                  │
///    │              ▼                                                                    ▼
///    └── freed ◀── retired ◀───────────────── 0, by whoever gives the last one back ◀────┘
/// </code>
/// </remarks>
internal sealed class MemoryShard
{
    private const int None = -1;

    private readonly Lock _lock = new();
    private readonly EntryTable _table = new();
    private readonly EntryIndex _index = new();
    private readonly RemovalLog _removals = new();
    private readonly EvictionQueues _queues;
    private readonly UselessSearch _useless;
    private readonly MemoryBudget _budget;
    private readonly CachePages _pages;
    private readonly PurgeLog _purges;
    private long _objects;
    private long _stored;
    private long _evicted;
    private long _expired;
    private long _purged;

    public MemoryShard(MemoryBudget budget, CachePages pages, PurgeLog purges)
    {
        _budget = budget;
        _pages = pages;
        _purges = purges;
        _queues = new EvictionQueues(_table);
        _useless = new UselessSearch(_table);
        Entries = new EntryReader(_table, _index, pages);

        // Each shard has some entries from the beginning: none is left without when pages have taken all of the budget.
        Grow(force: true);
    }

    /// <summary>The entries, for finding and holding them without a lock.</summary>
    public EntryReader Entries { get; }

    /// <summary>How often keys were asked for.</summary>
    public FrequencySketch Frequencies { get; } = new();

    /// <summary>Takes a free entry, or -1 where there is none and no memory for more. It belongs to the caller alone until <see cref="Publish"/>.</summary>
    public int TakeEntry()
    {
        Drain();
        lock (_lock)
        {
            int id = _table.Take();
            return id == None && Grow(force: false) ? _table.Take() : id;
        }
    }

    /// <summary>Gives back an entry that was not published.</summary>
    public void GiveBackEntry(int id)
    {
        lock (_lock)
        {
            _table.GiveBack(id);
        }
    }

    /// <summary>Makes an entry an object with one reference: the caller's.</summary>
    public void Publish(int id) => Volatile.Write(ref _table[id].References, 1);

    /// <summary>Puts an object that the caller has a reference to into the index, in place of what its key has.</summary>
    /// <param name="id">The object.</param>
    /// <param name="since">The number of the last purge when its fetch began.</param>
    /// <param name="replaces">What it must replace, or -1.</param>
    public CommitOutcome Commit(int id, long since, int replaces)
    {
        ref MemoryEntry entry = ref _table[id];
        Debug.Assert(Volatile.Read(ref entry.References) > 0 && entry.Queue == QueueKind.None, "It is the caller's, and new.");
        int old;
        lock (_lock)
        {
            PurgeVerdict verdict = since == _purges.Sequence ? PurgeVerdict.Keep : Judge(id, since);
            old = Find(Entries.KeyOf(id), entry.Hash);
            if (verdict == PurgeVerdict.Refuse || (replaces != None && old != replaces))
            {
                return verdict == PurgeVerdict.Refuse ? CommitOutcome.Purged : CommitOutcome.Superseded;
            }

            EntryFlags flags = verdict == PurgeVerdict.Mark ? EntryFlags.Indexed | EntryFlags.Marked : EntryFlags.Indexed;
            Interlocked.Increment(ref entry.References);
            Interlocked.Or(ref entry.Flags, (int)flags);
            _stored++;
            Enter(id, old);
        }

        if (old != None)
        {
            Entries.Release(old);
            Drain();
        }

        return CommitOutcome.Stored;
    }

    /// <summary>Removes or marks what a key has, and what is on its way for it.</summary>
    /// <returns>Whether there was something.</returns>
    public bool Purge(ReadOnlySpan<byte> key, ulong hash, bool isSoft)
    {
        int id;
        lock (_lock)
        {
            _removals.Add(_purges.Advance(), hash, isSoft);
            id = Find(key, hash);
            if (id != None)
            {
                PurgeIndexed(id, isSoft);
            }
        }

        if (id != None && !isSoft)
        {
            Entries.Release(id);
            Drain();
        }

        return id != None;
    }

    /// <summary>Lets an entry go that the caller has a reference to, if it is still in the index.</summary>
    public void Evict(int id)
    {
        lock (_lock)
        {
            if ((_table[id].Flags & (int)EntryFlags.Indexed) == 0)
            {
                return;
            }

            _evicted++;
            Leave(id);
        }

        Entries.Release(id);
    }

    /// <summary>Removes or marks an entry that the caller has a reference to, if it is still in the index.</summary>
    public bool Purge(int id, bool isSoft)
    {
        lock (_lock)
        {
            if ((_table[id].Flags & (int)EntryFlags.Indexed) == 0)
            {
                return false;
            }

            PurgeIndexed(id, isSoft);
        }

        if (!isSoft)
        {
            Entries.Release(id);
        }

        return true;
    }

    /// <summary>Returns when everything that began to be stored before is in the index.</summary>
    public void AwaitCommits()
    {
        // A commit looks at purges and enters its object under the lock. So one that didn't know of a purge that was announced before this is through.
        _lock.Enter();
        _lock.Exit();
    }

    /// <summary>Lets an object go: one that is of no use any more, or the next in turn if it is asked for less often than <paramref name="frequency"/> says.</summary>
    public RoomOutcome Evict(int frequency, long nowSeconds)
    {
        int id;
        lock (_lock)
        {
            id = _useless.Find(nowSeconds);
            if (id != None)
            {
                _expired++;
            }
            else
            {
                id = _queues.Victim();
                if (id == None)
                {
                    return RoomOutcome.Nothing;
                }

                if (Frequencies.Estimate(_table[id].Hash) >= frequency)
                {
                    // The next newcomer meets another one; who displaces nobody doesn't change the order.
                    if (frequency > 0)
                    {
                        _queues.Spare(id);
                    }

                    return RoomOutcome.Lost;
                }

                _evicted++;
            }

            Leave(id);
        }

        Entries.Release(id);
        Drain();
        return RoomOutcome.Made;
    }

    /// <summary>Lets an entry go if it is in the index and of no use any more.</summary>
    public bool RemoveUseless(int id, long nowSeconds)
    {
        // A look without the lock first: that it was reused meanwhile only means that it is looked at another time.
        if (!UselessSearch.IsUseless(ref _table[id], nowSeconds))
        {
            return false;
        }

        lock (_lock)
        {
            if (!UselessSearch.IsUseless(ref _table[id], nowSeconds))
            {
                return false;
            }

            _expired++;
            Leave(id);
        }

        Entries.Release(id);
        return true;
    }

    /// <summary>Frees what has no references any more. For any thread that doesn't mind a short lock.</summary>
    /// <returns>Whether any memory came back.</returns>
    public bool Drain()
    {
        bool any = false;
        while (_table.HasRetired)
        {
            int id = _table.TakeRetired();
            while (id != None)
            {
                int next = _table[id].Next;
                Free(id);
                id = next;
                any = true;
            }
        }

        return any;
    }

    /// <summary>Adds what this shard counted.</summary>
    public MemoryCounters Count(MemoryCounters sum)
    {
        lock (_lock)
        {
            return sum with
            {
                Objects = sum.Objects + _objects,
                Stored = sum.Stored + _stored,
                Evicted = sum.Evicted + _evicted,
                Expired = sum.Expired + _expired,
                Purged = sum.Purged + _purged,
            };
        }
    }

    /// <summary>The entry that the index has for a key, or -1. Under the lock.</summary>
    private int Find(ReadOnlySpan<byte> key, ulong hash)
    {
        long[] slots = _index.Slots;
        for (int at = EntryIndex.Start(hash, slots); slots[at] != EntryIndex.Empty; at = (at + 1) & (slots.Length - 1))
        {
            if (EntryIndex.Matches(slots[at], hash, out int id) && _table[id].Hash == hash && Entries.KeyOf(id).SequenceEqual(key))
            {
                return id;
            }
        }

        return None;
    }

    private PurgeVerdict Judge(int id, long since)
    {
        PurgeVerdict byKey = _removals.Judge(since, _table[id].Hash);
        PurgeVerdict byPredicate = _purges.Judge(since, Entries.ViewOf(id));
        return byKey > byPredicate ? byKey : byPredicate;
    }

    /// <summary>Puts an entry into index and queue, where the old one of its key was if there is one. Under the lock.</summary>
    private void Enter(int id, int old)
    {
        ref MemoryEntry entry = ref _table[id];
        _useless.Add(entry.UselessAfter);
        if (old == None)
        {
            _index.Add(id, entry.Hash, _table);
            _queues.Add(id, QueueKind.Probation);
            _objects++;
            return;
        }

        _queues.Replace(old, id);
        _index.Replace(old, id, entry.Hash);
        Interlocked.And(ref _table[old].Flags, ~(int)EntryFlags.Indexed);
    }

    /// <summary>Takes an entry out of index and queue; the index's reference is the caller's then. Under the lock.</summary>
    private void Leave(int id)
    {
        ref MemoryEntry entry = ref _table[id];
        _index.Remove(id, entry.Hash);
        Interlocked.And(ref entry.Flags, ~(int)EntryFlags.Indexed);
        _queues.Remove(id);
        _objects--;
    }

    private void PurgeIndexed(int id, bool isSoft)
    {
        _purged++;
        if (isSoft)
        {
            Interlocked.Or(ref _table[id].Flags, (int)EntryFlags.Marked);
        }
        else
        {
            Leave(id);
        }
    }

    private void Free(int id)
    {
        ref MemoryEntry entry = ref _table[id];
        Debug.Assert(Volatile.Read(ref entry.References) == 0 && entry.Queue == QueueKind.None, "Nobody has it.");
        _pages.Return(new CacheBlock(entry.FirstBlock));
        if (entry.ContentOwner != None)
        {
            Entries.Release(entry.ContentOwner);
        }

        GiveBackEntry(id);
    }

    private bool Grow(bool force)
    {
        int before = _table.Count;
        int after = before + EntryTable.ChunkLength;
        long bytes = EntryTable.ChunkBytes + FrequencySketch.BytesFor(after) + EntryIndex.BytesFor(after);
        if (before > 0)
        {
            bytes -= FrequencySketch.BytesFor(before) + EntryIndex.BytesFor(before);
        }

        if (!_budget.TryTake(bytes, force))
        {
            return false;
        }

        _index.Reserve(after, _table);
        Frequencies.Reserve(after);
        _table.Grow();
        return true;
    }
}
