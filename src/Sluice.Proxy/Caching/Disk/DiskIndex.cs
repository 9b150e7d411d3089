namespace Sluice.Proxy.Caching.Disk;

/// <summary>What objects there are on disk, in memory: all entries of a URL are in one shard. Any thread; see <see cref="DiskIndexShard"/>.</summary>
internal sealed class DiskIndex
{
    /// <summary>How many shards there are.</summary>
    public const int Shards = 256;

    // As many as Redis' approximation of the least recently used needs to come close to it ("maxmemory-samples" 10 is nearly exact).
    private const int Samples = 16;

    private readonly DiskIndexShard[] _shards = [.. Enumerable.Range(0, Shards).Select(static _ => new DiskIndexShard())];
    private long _objects;
    private long _units;

    /// <summary>How many objects there are.</summary>
    public long Objects => Interlocked.Read(ref _objects);

    /// <summary>What their files take, in bytes.</summary>
    public long Bytes => Interlocked.Read(ref _units) * DiskEntry.UnitBytes;

    /// <summary>A shard, 0 to 255.</summary>
    public DiskIndexShard this[int shard] => _shards[shard];

    /// <summary>The shard that has what is stored for a URL.</summary>
    public DiskIndexShard ShardOf(ulong url) => _shards[(int)(url >> 56)];

    /// <summary>The entry of an object.</summary>
    public bool TryGet(in DiskKey key, out DiskEntry entry) => ShardOf(key.Url).TryGet(in key, out entry);

    /// <summary>Enters an object, unless it was purged since.</summary>
    public DiskVerdict Enter(in DiskEntry entry, DiskPurges purges, in DiskHeaderContent content)
    {
        DiskVerdict verdict = ShardOf(entry.Url).Enter(in entry, purges, in content, out DiskEntry replaced);
        if (verdict != DiskVerdict.Refuse)
        {
            Count(replaced.IsPresent ? 0 : 1, (long)entry.Units - replaced.Units);
        }

        return verdict;
    }

    /// <summary>Takes an object out.</summary>
    public bool TryRemove(in DiskKey key, out DiskEntry removed)
    {
        bool isRemoved = ShardOf(key.Url).TryRemove(in key, out removed);
        if (isRemoved)
        {
            Count(-1, -(long)removed.Units);
        }

        return isRemoved;
    }

    /// <summary>Removes or marks what there is of a URL or of one key, and remembers that for what is on its way.</summary>
    public List<DiskEntry> Purge(ulong url, UInt128? name, bool isSoft, DiskPurges purges)
    {
        var affected = new List<DiskEntry>();
        ShardOf(url).Purge(url, name, isSoft, purges, affected);
        if (!isSoft)
        {
            affected.ForEach(entry => Count(-1, -(long)entry.Units));
        }

        return affected;
    }

    /// <summary>
    /// Chooses what goes next: what is of no use any more, or else what was asked for longest ago; exactly while there are few objects, and of a sample when there are many.
    /// </summary>
    public bool TryChoose(uint nowSeconds, out DiskEntry victim)
    {
        victim = default;
        if (Objects > Shards)
        {
            int looks = 0;
            for (int found = 0; found < Samples && looks < Shards; looks++)
            {
                if (_shards[Random.Shared.Next(Shards)].TrySample(Random.Shared.Next(), out DiskEntry entry))
                {
                    Prefer(ref victim, in entry, nowSeconds);
                    found++;
                }
            }

            return victim.IsPresent;
        }

        var all = new List<DiskEntry>();
        foreach (DiskIndexShard shard in _shards)
        {
            shard.CopyTo(all);
        }

        foreach (DiskEntry entry in all)
        {
            Prefer(ref victim, in entry, nowSeconds);
        }

        return victim.IsPresent;
    }

    private static void Prefer(ref DiskEntry victim, in DiskEntry entry, uint nowSeconds)
    {
        if (!victim.IsPresent || AgeRank(in entry, nowSeconds) < AgeRank(in victim, nowSeconds))
        {
            victim = entry;
        }
    }

    private static uint AgeRank(in DiskEntry entry, uint nowSeconds) => entry.UselessAfter < nowSeconds ? 0 : entry.LastUse;

    private void Count(int objects, long units)
    {
        Interlocked.Add(ref _objects, objects);
        Interlocked.Add(ref _units, units);
    }
}
