using System.Numerics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// The tier of the cache that is in memory: one per process, shared by all threads. An object is the bytes of its key, of its head and of its content,
/// and a <see cref="CacheMeta"/>; what they mean is the caller's business. Finding one takes no lock and allocates nothing.
/// </summary>
/// <remarks>
/// <para>The bytes are in blocks of pinned pages (<see cref="CachePages"/>), the first of which holds key, head and the beginning of the content; what is known of
/// an object is 120 bytes more, and 21 to 42 bytes for the index and the frequencies.</para>
/// <para>Objects are spread over shards by their hash; see <see cref="MemoryShard"/> for the locks. The budget is one for all shards, so that none is full
/// while others have room. When memory is needed, shards take turns in giving up an object: they fill alike, because hashes are even, so the oldest of the next shard is about the oldest of all.
/// Few shards for small budgets keep that true when there are few objects.</para>
/// <para>A newcomer displaces an object only if it was asked for more often lately (<see cref="FrequencySketch"/>), so that a crawler that asks for everything once
/// doesn't flush out what is asked for all the time. What is stored stays below the budget by a margin, in which objects are written before that is decided.</para>
/// </remarks>
internal sealed class MemoryTier
{
    private const int ShardsMax = 64;
    private const int ShardsPerProcessor = 4;
    private const long BytesPerShard = 16 << 20;

    // An eighth, or 32 MiB: objects that are being written, and holes between blocks.
    private const int MarginShare = 8;
    private const long MarginBytesMax = 32 << 20;

    private const int ObjectShare = 8;

    // So many others go for one block at most, then it isn't stored: their memory may be in use by slow readers, or lie where it doesn't help.
    private const int EvictionsMax = 256;

    // All counters of frequencies are halved once per ten look-ups for each entry (TinyLFU, section 3.3): of a thousand look-ups one halves a hundred.
    private const int LookUpsPerAging = 1024;
    private const int WordsPerAging = 104;

    private readonly Lock _sweeping = new();
    private readonly SipHash _hash;
    private readonly StripedCount _hits = new();
    private readonly StripedCount _misses = new();
    private readonly PurgeLog _purges = new();
    private readonly TimeProvider _time;
    private readonly MemoryBudget _budget;
    private readonly CachePages _pages;
    private readonly MemoryShard[] _shards;
    private readonly Compaction _compaction;
    private readonly int _shardShift;
    private int _turn;
    private long _refused;
    private long _objectBytesMax;

    /// <summary>Empty. Takes memory as it is needed.</summary>
    /// <param name="limits">How much memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="hash">What spreads keys; by default with a random key, without which whoever chooses keys chooses where they fall.</param>
    public MemoryTier(MemoryTierLimits limits, TimeProvider time, SipHash? hash = null)
    {
        _hash = hash ?? SipHash.WithRandomKey();
        _time = time;
        _budget = new MemoryBudget(0);
        _pages = new CachePages(_budget);
        long byBudget = Math.Clamp(limits.Bytes / BytesPerShard, 1, ShardsMax);
        int count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(byBudget, Environment.ProcessorCount * ShardsPerProcessor));
        _shards = [.. Enumerable.Range(0, count).Select(_ => new MemoryShard(_budget, _pages, _purges))];
        _compaction = new Compaction(this, _shards, _pages, _budget);
        _shardShift = 64 - BitOperations.Log2((uint)count);
        SetLimits(limits);
    }

    /// <summary>The number of the last purge. Who fetches something reads it before asking, and shows it when it is stored.</summary>
    public long PurgeSequence => _purges.Sequence;

    /// <summary>How much content one object may have, in bytes.</summary>
    public long ObjectBytesMax => Volatile.Read(ref _objectBytesMax);

    /// <summary>What is held and was done.</summary>
    public MemoryCounters Counters
    {
        get
        {
            MemoryCounters counters = default;
            foreach (MemoryShard shard in _shards)
            {
                counters = shard.Count(counters);
            }

            return counters with
            {
                Bytes = _pages.UsedBytes,
                TakenBytes = _budget.Used,
                LimitBytes = _budget.Limit,
                Hits = _hits.Value,
                Misses = _misses.Value,
                Refused = Volatile.Read(ref _refused),
            };
        }
    }

    /// <summary>Finds the object of a key, and counts that it was asked for. For any thread; takes no lock and allocates nothing.</summary>
    /// <remarks>Whether what is found may still be used is the caller's to decide: it may be stale, marked, or past all use.</remarks>
    /// <param name="key">The whole key.</param>
    /// <param name="found">A reference that the caller has to release.</param>
    public bool TryGet(ReadOnlySpan<byte> key, out MemoryObject found)
    {
        ulong hash = _hash.Of(key);
        MemoryShard shard = ShardOf(hash);
        shard.Frequencies.Count(hash);
        bool isHit = shard.Entries.TryFind(key, hash, out int id);
        found = default;
        if (isHit)
        {
            shard.Entries.CountHit(id);
            found = new MemoryObject(shard.Entries, id);
        }

        if (((isHit ? _hits : _misses).Increment() & (LookUpsPerAging - 1)) == 0)
        {
            shard.Frequencies.Age(WordsPerAging);
        }

        return isHit;
    }

    /// <summary>How often a key was looked up lately, as far as that is known: up to 15, and halved from time to time. For any thread.</summary>
    public int FrequencyOf(ReadOnlySpan<byte> key)
    {
        ulong hash = _hash.Of(key);
        return ShardOf(hash).Frequencies.Estimate(hash);
    }

    /// <summary>Counts that a key was asked for, without looking it up. For any thread.</summary>
    public void CountUse(ReadOnlySpan<byte> key)
    {
        ulong hash = _hash.Of(key);
        ShardOf(hash).Frequencies.Count(hash);
    }

    /// <summary>
    /// Finds an object without counting: for a second look on behalf of one request, and for looks that no request is behind. Counted, they would let in what is asked for once.
    /// </summary>
    public bool TryPeek(ReadOnlySpan<byte> key, out MemoryObject found)
    {
        ulong hash = _hash.Of(key);
        MemoryShard shard = ShardOf(hash);
        bool isThere = shard.Entries.TryFind(key, hash, out int id);
        found = isThere ? new MemoryObject(shard.Entries, id) : default;
        return isThere;
    }

    /// <summary>Begins to write an object. For any thread; takes a short lock, and lets others go where there is no memory.</summary>
    /// <param name="key">The whole key: up to 65,535 bytes.</param>
    /// <param name="meta">What goes with it.</param>
    /// <param name="uselessAfter">Unix seconds after which it is of no use any more, not even as a stale response.</param>
    /// <param name="head">Up to 256 KiB with the key.</param>
    /// <param name="contentLength">In bytes, or -1 where it isn't known yet. Another length than that is only less economical.</param>
    /// <returns>Null where it is too large, or there is no memory for it.</returns>
    public MemoryWriter? Begin(ReadOnlySpan<byte> key, in CacheMeta meta, long uselessAfter, ReadOnlySpan<byte> head, long contentLength)
    {
        var writer = new MemoryWriter();
        return TryBegin(writer, key, meta, uselessAfter, head, contentLength) ? writer : null;
    }

    /// <summary>The same with a writer that is new, or ended what it wrote before: nothing is allocated for it then.</summary>
    public bool TryBegin(MemoryWriter writer, ReadOnlySpan<byte> key, in CacheMeta meta, long uselessAfter, ReadOnlySpan<byte> head, long contentLength)
    {
        ulong hash = _hash.Of(key);
        MemoryShard shard = ShardOf(hash);
        int frequency = shard.Frequencies.Estimate(hash);
        int id = contentLength <= ObjectBytesMax ? Create(shard, key, hash, meta, uselessAfter, head, contentLength, frequency) : -1;
        if (id < 0)
        {
            CountRefused();
            return false;
        }

        shard.Publish(id);
        writer.Start(this, shard, id, frequency, contentLength);
        return true;
    }

    /// <summary>
    /// Puts an object with another head and meta, and the same content, in the place of one that is complete (RFC 9111, section 4.3.4). The content isn't
    /// copied: the new object keeps the old one's memory alive.
    /// </summary>
    /// <param name="old">What was found; the caller keeps its reference.</param>
    /// <param name="meta">What goes with the new one.</param>
    /// <param name="uselessAfter">Of the new one, as for <see cref="Begin"/>.</param>
    /// <param name="head">Of the new one.</param>
    /// <param name="since"><see cref="PurgeSequence"/> before the request was sent.</param>
    /// <param name="fresh">A reference to the new one that the caller has to release, stored or not; nothing where there was no memory.</param>
    public CommitOutcome Freshen(in MemoryObject old, in CacheMeta meta, long uselessAfter, ReadOnlySpan<byte> head, long since, out MemoryObject fresh)
    {
        EntryReader entries = old.Entries;
        ref MemoryEntry before = ref entries[old.Id];
        MemoryShard shard = ShardOf(before.Hash);
        int id = old.IsComplete ? Create(shard, old.Key, before.Hash, meta, uselessAfter, head, 0, FrequencySketch.Max + 1) : -1;
        if (id < 0)
        {
            fresh = default;
            return CommitOutcome.TooLarge;
        }

        int owner = before.ContentOwner >= 0 ? before.ContentOwner : old.Id;
        Interlocked.Increment(ref entries[owner].References);
        ref MemoryEntry entry = ref entries[id];
        entry.ContentOwner = owner;
        entry.Units = (uint)(new CacheBlock(entry.FirstBlock).Bytes / CacheBlock.UnitBytes) + entries[owner].Units;
        entry.Flags = (int)(EntryFlags.Complete | (old.IsKept ? EntryFlags.Kept : EntryFlags.None));
        shard.Publish(id);
        fresh = new MemoryObject(entries, id);
        return shard.Commit(id, since, replaces: old.Id);
    }

    /// <summary>Removes what a key has. What is being fetched for it meanwhile won't be stored.</summary>
    /// <returns>Whether it had something.</returns>
    public bool Remove(ReadOnlySpan<byte> key) => Purge(key, isSoft: false);

    /// <summary>Marks what a key has, and what is being fetched for it, to be revalidated before it is used.</summary>
    /// <returns>Whether it had something.</returns>
    public bool Mark(ReadOnlySpan<byte> key) => Purge(key, isSoft: true);

    /// <summary>Removes all objects that a predicate means; those that are being fetched meanwhile won't be stored. Looks at every object: not for an event loop.</summary>
    /// <returns>How many were removed.</returns>
    public long RemoveWhere(CachePredicate means) => PurgeWhere(means, isSoft: false);

    /// <summary>Marks all objects that a predicate means, also those that are being fetched, to be revalidated before they are used. Not for an event loop.</summary>
    /// <returns>How many were marked.</returns>
    public long MarkWhere(CachePredicate means) => PurgeWhere(means, isSoft: true);

    /// <summary>Counts all objects that a predicate means. Looks at every object: not for an event loop.</summary>
    public long CountWhere(CachePredicate means)
    {
        long count = 0;
        foreach (MemoryShard shard in _shards)
        {
            for (int id = 0; id < shard.Entries.Count; id++)
            {
                if (shard.Entries.TryHoldIndexed(id))
                {
                    count += means(shard.Entries.ViewOf(id)) ? 1 : 0;
                    shard.Entries.Release(id);
                }
            }
        }

        return count;
    }

    /// <summary>
    /// Lets objects go that are of no use any more, frees what readers left behind, and brings objects together where memory is in pieces. Looks at every object:
    /// to be called every few seconds, not on an event loop.
    /// </summary>
    public void Sweep()
    {
        lock (_sweeping)
        {
            long now = NowSeconds();
            foreach (MemoryShard shard in _shards)
            {
                for (int id = 0; id < shard.Entries.Count; id++)
                {
                    shard.RemoveUseless(id, now);
                }

                shard.Drain();
            }

            _compaction.Run();
        }
    }

    /// <summary>Changes how much is held; lets objects go until that is so. Not for an event loop.</summary>
    /// <remarks>Memory that readers still have comes back when they are done with it.</remarks>
    public void Resize(MemoryTierLimits limits)
    {
        lock (_sweeping)
        {
            SetLimits(limits);
            while (_pages.UsedBytes > StoredBytesMax() && TryMakeRoom(int.MaxValue) == RoomOutcome.Made)
            {
            }

            _compaction.Run();
        }
    }

    /// <summary>Rents a block for a writer, letting others go for it if they are asked for less often.</summary>
    internal CacheBlock Rent(int order, int orderMin, int frequency)
    {
        for (int i = 0; i < EvictionsMax; i++)
        {
            CacheBlock block = _pages.TryRent(order, orderMin);
            if (!block.IsNone || TryMakeRoom(frequency) != RoomOutcome.Made)
            {
                return block;
            }
        }

        return default;
    }

    /// <summary>Makes an entry of an object without content, which is the caller's alone until it is published; -1 where it is too large or there is no memory.</summary>
    internal int Create(
        MemoryShard shard, ReadOnlySpan<byte> key, ulong hash, in CacheMeta meta, long uselessAfter, ReadOnlySpan<byte> head, long contentLength, int frequency)
    {
        long fixedBytes = CacheBlock.LinkBytes + key.Length + (long)head.Length;
        if (key.Length > ushort.MaxValue || fixedBytes > CacheBlock.UnitBytes << BlockFit.OrderMax)
        {
            return -1;
        }

        int id = TakeEntry(shard, frequency);
        if (id < 0)
        {
            return -1;
        }

        long whole = fixedBytes + Math.Max(0, contentLength);
        int orderMin = CacheBlock.OrderFor((int)fixedBytes);
        int order = Math.Max(orderMin, BlockFit.OrderFor(whole, whole));
        CacheBlock block = Rent(order, orderMin, frequency);
        if (block.IsNone)
        {
            shard.GiveBackEntry(id);
            return -1;
        }

        ref MemoryEntry entry = ref shard.Entries[id];
        entry.Flags = 0;
        entry.Hash = hash;
        entry.Length = 0;
        entry.FirstBlock = block.Handle;
        entry.HeadLength = head.Length;
        entry.KeyLength = (ushort)key.Length;
        entry.Hits = 0;
        entry.Queue = QueueKind.None;
        entry.ContentOwner = -1;
        entry.UselessAfter = (uint)Math.Clamp(uselessAfter, 0, uint.MaxValue);
        entry.Units = 0;
        entry.Meta = meta;
        Span<byte> bytes = _pages.Memory(block).AsSpan(block.Offset + CacheBlock.LinkBytes);
        key.CopyTo(bytes);
        head.CopyTo(bytes[key.Length..]);
        return id;
    }

    /// <summary>Stores what a writer has completed.</summary>
    internal CommitOutcome Commit(MemoryShard shard, int id, int frequency, long since, int replaces, bool always)
    {
        if (replaces < 0 && !IsAdmitted(shard, id, always ? int.MaxValue : frequency))
        {
            CountRefused();
            return CommitOutcome.NotAdmitted;
        }

        return shard.Commit(id, since, replaces);
    }

    /// <summary>Counts an object that isn't stored.</summary>
    internal void CountRefused() => Interlocked.Increment(ref _refused);

    private MemoryShard ShardOf(ulong hash) => _shards[_shards.Length == 1 ? 0 : (int)(hash >> _shardShift)];

    private long NowSeconds() => _time.GetUtcNow().ToUnixTimeSeconds();

    private void SetLimits(MemoryTierLimits limits)
    {
        _budget.Limit = limits.Bytes;
        Volatile.Write(ref _objectBytesMax, Math.Min(limits.ObjectBytes, limits.Bytes / ObjectShare));
    }

    /// <summary>How many bytes in blocks there may be behind a commit.</summary>
    private long StoredBytesMax()
    {
        long limit = _budget.Limit;
        long pages = Math.Max(0, limit - (_budget.Used - _pages.PageBytes)) / CacheBlock.PageBytes * CacheBlock.PageBytes;
        return pages - Math.Min(pages / MarginShare, MarginBytesMax);
    }

    private int TakeEntry(MemoryShard shard, int frequency)
    {
        for (int i = 0; i < EvictionsMax; i++)
        {
            int id = shard.TakeEntry();
            if (id >= 0 || shard.Evict(frequency, NowSeconds()) != RoomOutcome.Made)
            {
                return id;
            }
        }

        return -1;
    }

    /// <summary>Whether there is room for an object, or those that have to go are asked for less often than it; they are gone then.</summary>
    private bool IsAdmitted(MemoryShard shard, int id, int frequency)
    {
        if (_pages.UsedBytes <= StoredBytesMax() || shard.Entries.HasKeyOf(id))
        {
            return true;
        }

        for (int i = 0; i < EvictionsMax && _pages.UsedBytes > StoredBytesMax(); i++)
        {
            RoomOutcome outcome = TryMakeRoom(frequency);
            if (outcome != RoomOutcome.Made)
            {
                return outcome == RoomOutcome.Nothing;
            }
        }

        return true;
    }

    /// <summary>Frees something: what readers left behind, or else what the next shard has to give.</summary>
    private RoomOutcome TryMakeRoom(int frequency)
    {
        bool any = false;
        foreach (MemoryShard shard in _shards)
        {
            any |= shard.Drain();
        }

        if (any)
        {
            return RoomOutcome.Made;
        }

        long now = NowSeconds();
        for (int i = 0; i < _shards.Length; i++)
        {
            MemoryShard shard = _shards[Interlocked.Increment(ref _turn) & (_shards.Length - 1)];
            RoomOutcome outcome = shard.Evict(frequency, now);
            if (outcome != RoomOutcome.Nothing)
            {
                return outcome;
            }
        }

        return RoomOutcome.Nothing;
    }

    private bool Purge(ReadOnlySpan<byte> key, bool isSoft)
    {
        ulong hash = _hash.Of(key);
        return ShardOf(hash).Purge(key, hash, isSoft);
    }

    private long PurgeWhere(CachePredicate means, bool isSoft)
    {
        long count = 0;
        _purges.Add(means, isSoft);
        foreach (MemoryShard shard in _shards)
        {
            // What is committed from here on has been held against this purge; what was before is found here.
            shard.AwaitCommits();
            for (int id = 0; id < shard.Entries.Count; id++)
            {
                if (!shard.Entries.TryHoldIndexed(id))
                {
                    continue;
                }

                count += means(shard.Entries.ViewOf(id)) && shard.Purge(id, isSoft) ? 1 : 0;
                shard.Entries.Release(id);
            }

            shard.Drain();
        }

        return count;
    }
}
