namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// Empties pages: those above the budget, and some of the emptiest where blocks of a wanted size were not to be had although as much was free. What is in them is copied to others,
/// and found there from then on; who reads the old copy keeps it.
/// </summary>
/// <remarks>One at a time, and not on an event loop: it looks at every object, and copies up to 16 MiB, or as much as the budget was lowered by.</remarks>
/// <param name="tier">Whose objects they are.</param>
/// <param name="shards">All of them.</param>
/// <param name="pages">The pages.</param>
/// <param name="budget">What pages are paid from.</param>
internal sealed class Compaction(MemoryTier tier, MemoryShard[] shards, CachePages pages, MemoryBudget budget)
{
    // Pages that are emptied by one sweep because memory is in pieces: about 10 ms of copying.
    private const int CompactedPagesMax = 16;

    // Displaces only what is of no use.
    private const int FrequencyOfNobody = 0;

    private readonly MemoryTier _tier = tier;
    private readonly MemoryShard[] _shards = shards;
    private readonly CachePages _pages = pages;
    private readonly MemoryBudget _budget = budget;
    private readonly MemoryWriter _writer = new();

    /// <summary>Closes pages that are too many, or some where memory is in pieces, and moves what is in them to others.</summary>
    public void Run()
    {
        int surplus = (int)Math.Max(0, (_budget.Used - _budget.Limit + CacheBlock.PageBytes - 1) / CacheBlock.PageBytes);
        if (surplus == 0 && _pages.TakeShortage())
        {
            // Half of what is free, so that there is room for what has to move.
            surplus = (int)Math.Min((_pages.PageBytes - _pages.UsedBytes) / CacheBlock.PageBytes / 2, CompactedPagesMax);
        }

        _pages.Close(surplus);
        for (int i = 0; i < _shards.Length && _pages.HasClosed; i++)
        {
            MemoryShard shard = _shards[i];
            for (int id = 0; id < shard.Entries.Count; id++)
            {
                if (shard.Entries.TryHoldIndexed(id))
                {
                    MoveFromClosed(shard, id);
                    shard.Entries.Release(id);
                }
            }

            shard.Drain();
        }
    }

    /// <summary>Puts a copy in the place of an object that has a block in a closed page, or lets it go where there is no memory for one.</summary>
    private void MoveFromClosed(MemoryShard shard, int id)
    {
        ref MemoryEntry entry = ref shard.Entries[id];
        int owner = entry.ContentOwner;
        if (!_pages.IsInClosed(new CacheBlock(entry.FirstBlock)) && (owner < 0 || !_pages.IsInClosed(new CacheBlock(shard.Entries[owner].FirstBlock))))
        {
            return;
        }

        // The number before the mark: what isn't seen here is a later purge, which the commit asks about.
        long since = _tier.PurgeSequence;
        var old = new MemoryObject(shard.Entries, id);
        int copy = _tier.Create(shard, old.Key, entry.Hash, entry.Meta, entry.UselessAfter, old.Head, old.Length, FrequencyOfNobody);
        if (copy < 0)
        {
            shard.Evict(id);
            return;
        }

        shard.Entries[copy].Flags = (int)((old.IsMarked ? EntryFlags.Marked : EntryFlags.None) | (old.IsKept ? EntryFlags.Kept : EntryFlags.None));
        shard.Publish(copy);
        MemoryWriter writer = _writer.Start(_tier, shard, copy, FrequencyOfNobody, old.Length);
        ContentCursor cursor = default;
        bool isWhole = true;
        while (isWhole && old.TrySlice(writer.Length, ref cursor, out byte[] array, out int start, out int count))
        {
            isWhole = writer.TryAppend(array.AsSpan(start, count));
        }

        if (writer.Commit(since, replaces: id) != CommitOutcome.Stored)
        {
            shard.Evict(id);
        }
    }
}
