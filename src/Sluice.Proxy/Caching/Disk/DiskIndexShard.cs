using System.Diagnostics;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>A part of the index: the objects of some URLs. Any thread; every call takes its lock, for as long as a few memory accesses take.</summary>
internal sealed class DiskIndexShard
{
    private const int None = -1;
    private const int FirstCapacity = 16;

    private readonly Lock _lock = new();
    private int[] _buckets = [];
    private DiskEntry[] _entries = [];
    private DiskRemovals? _removals;
    private int _used;
    private int _free = None;

    /// <summary>The entry of an object.</summary>
    public bool TryGet(in DiskKey key, out DiskEntry entry)
    {
        lock (_lock)
        {
            int at = Find(in key);
            entry = at == None ? default : _entries[at];
            return at != None;
        }
    }

    /// <summary>Notes that an object was asked for.</summary>
    public void Touch(in DiskKey key, uint nowSeconds)
    {
        lock (_lock)
        {
            int at = Find(in key);
            if (at != None)
            {
                _entries[at].LastUse = nowSeconds;
            }
        }
    }

    /// <summary>Notes that an object was marked.</summary>
    public void Mark(in DiskKey key)
    {
        lock (_lock)
        {
            int at = Find(in key);
            if (at != None)
            {
                _entries[at].Flags |= DiskEntryFlags.Marked;
            }
        }
    }

    /// <summary>What purges behind a number mean for an object that is not in the index.</summary>
    public DiskVerdict Judge(in DiskKey key, long since)
    {
        lock (_lock)
        {
            return _removals?.Judge(since, in key) ?? DiskVerdict.Keep;
        }
    }

    /// <summary>Enters an object, unless a purge since its <see cref="DiskEntry.Sequence"/> means it.</summary>
    /// <param name="entry">The object.</param>
    /// <param name="purges">The purges by predicate.</param>
    /// <param name="content">What those are asked about.</param>
    /// <param name="replaced">What was there before.</param>
    public DiskVerdict Enter(in DiskEntry entry, DiskPurges purges, in DiskHeaderContent content, out DiskEntry replaced)
    {
        Debug.Assert(entry.IsPresent, "It has an object.");
        DiskKey key = entry.Key;
        replaced = default;
        lock (_lock)
        {
            DiskVerdict verdict = _removals?.Judge(entry.Sequence, in key) ?? DiskVerdict.Keep;
            DiskVerdict byPredicate = purges.JudgeNew(entry.Sequence, in content);
            verdict = (DiskVerdict)Math.Max((int)verdict, (int)byPredicate);
            if (verdict == DiskVerdict.Refuse)
            {
                return verdict;
            }

            int at = Find(in key);
            if (at == None)
            {
                at = Take(key.Url);
            }
            else
            {
                replaced = _entries[at];
            }

            int next = _entries[at].Next;
            _entries[at] = entry;
            _entries[at].Next = next;
            if (verdict == DiskVerdict.Mark)
            {
                _entries[at].Flags |= DiskEntryFlags.Marked;
            }

            return verdict;
        }
    }

    /// <summary>Takes an object out.</summary>
    public bool TryRemove(in DiskKey key, out DiskEntry removed)
    {
        lock (_lock)
        {
            int at = Find(in key);
            removed = at == None ? default : _entries[at];
            if (at != None)
            {
                Free(at);
            }

            return at != None;
        }
    }

    /// <summary>Removes or marks what there is of a URL, and remembers that.</summary>
    /// <param name="url">The hash of the URL.</param>
    /// <param name="name">Of which key; null for all.</param>
    /// <param name="isSoft">Whether they are only marked.</param>
    /// <param name="purges">Where it gets its number.</param>
    /// <param name="affected">What was removed or marked is added here.</param>
    public void Purge(ulong url, UInt128? name, bool isSoft, DiskPurges purges, List<DiskEntry> affected)
    {
        lock (_lock)
        {
            (_removals ??= new DiskRemovals()).Add(purges.Advance(), url, name, isSoft);
            if (_buckets.Length == 0)
            {
                return;
            }

            for (int at = _buckets[BucketOf(url)] - 1, next; at != None; at = next)
            {
                ref DiskEntry entry = ref _entries[at];
                next = entry.Next;
                if (entry.Url != url || (name is { } wanted && entry.Name != wanted))
                {
                    continue;
                }

                affected.Add(entry);
                if (isSoft)
                {
                    entry.Flags |= DiskEntryFlags.Marked;
                }
                else
                {
                    Free(at);
                }
            }
        }
    }

    /// <summary>Adds copies of all entries to a list.</summary>
    public void CopyTo(List<DiskEntry> entries)
    {
        lock (_lock)
        {
            foreach (ref readonly DiskEntry entry in _entries.AsSpan(0, _used))
            {
                if (entry.IsPresent)
                {
                    entries.Add(entry);
                }
            }
        }
    }

    /// <summary>A copy of any entry; false when there is none near the place that was looked at.</summary>
    public bool TrySample(int random, out DiskEntry entry)
    {
        const int LooksMax = 8;
        lock (_lock)
        {
            for (int i = 0; i < Math.Min(LooksMax, _used); i++)
            {
                entry = _entries[(int)(((uint)random + (uint)i) % (uint)_used)];
                if (entry.IsPresent)
                {
                    return true;
                }
            }
        }

        entry = default;
        return false;
    }

    // The shard is chosen by the highest bits.
    private int BucketOf(ulong url) => (int)url & (_buckets.Length - 1);

    private int Find(in DiskKey key)
    {
        if (_buckets.Length == 0)
        {
            return None;
        }

        int at = _buckets[BucketOf(key.Url)] - 1;
        while (at != None && (_entries[at].Name != key.Name || _entries[at].Url != key.Url))
        {
            at = _entries[at].Next;
        }

        return at;
    }

    private int Take(ulong url)
    {
        int at = _free;
        if (at != None)
        {
            _free = _entries[at].Next;
        }
        else
        {
            if (_used == _entries.Length)
            {
                Grow();
            }

            at = _used++;
        }

        ref int bucket = ref _buckets[BucketOf(url)];
        _entries[at].Next = bucket - 1;
        bucket = at + 1;
        return at;
    }

    private void Free(int at)
    {
        ref DiskEntry entry = ref _entries[at];
        ref int bucket = ref _buckets[BucketOf(entry.Url)];
        if (bucket - 1 == at)
        {
            bucket = entry.Next + 1;
        }
        else
        {
            int before = bucket - 1;
            while (_entries[before].Next != at)
            {
                before = _entries[before].Next;
            }

            _entries[before].Next = entry.Next;
        }

        entry = default;
        entry.Next = _free;
        _free = at;
    }

    // By a quarter: with the buckets, entries cost 48 to 64 bytes each then.
    private void Grow()
    {
        Array.Resize(ref _entries, Math.Max(FirstCapacity, _entries.Length + (_entries.Length / 4)));
        if (_entries.Length <= _buckets.Length * 2)
        {
            return;
        }

        _buckets = new int[Math.Max(FirstCapacity, _buckets.Length * 2)];
        for (int i = 0; i < _used; i++)
        {
            ref DiskEntry entry = ref _entries[i];
            if (entry.IsPresent)
            {
                ref int bucket = ref _buckets[BucketOf(entry.Url)];
                entry.Next = bucket - 1;
                bucket = i + 1;
            }
        }
    }
}
