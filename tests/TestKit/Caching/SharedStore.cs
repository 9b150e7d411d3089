using System.Collections.Concurrent;
using System.Text;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Caching.Tiers;

namespace Sluice.TestKit.Caching;

/// <summary>
/// What several proxies share through a <see cref="SharedTier"/> each: a store such as Redis as far as the cache can tell. It answers from the thread pool, and tells all tiers but the one that
/// purged. What was begun before a purge isn't stored. Any thread.
/// </summary>
public sealed class SharedStore
{
    private readonly ConcurrentDictionary<string, SharedObject> _objects = new();
    private readonly ConcurrentDictionary<SharedTier, ICacheTierOwner> _caches = new();
    private readonly Lock _lock = new();
    private readonly Lock _purging = new();
    private long _purges;
    private long _told;
    private int _finds;

    /// <summary>How many objects there are.</summary>
    public int Count => _objects.Count;

    /// <summary>Whether there is an object with such a head.</summary>
    public bool Find(Func<string, bool> isMeant) => _objects.Values.Any(stored => isMeant(Encoding.Latin1.GetString(stored.Head)));

    /// <summary>How often an object was looked for.</summary>
    public int Finds => Volatile.Read(ref _finds);

    /// <summary>The number of the last purge that all caches have been told of.</summary>
    public long Told => Volatile.Read(ref _told);

    /// <summary>A tier, for one proxy.</summary>
    public SharedTier NewTier() => new(this);

    internal static string NameOf(ReadOnlySpan<byte> key) => Convert.ToHexString(key);

    internal void Join(SharedTier tier, ICacheTierOwner cache) => _caches[tier] = cache;

    internal async Task<ITierObject?> FindAsync(byte[] key)
    {
        Interlocked.Increment(ref _finds);
        await Task.Yield();
        return _objects.GetValueOrDefault(NameOf(key));
    }

    internal bool Holds(ReadOnlySpan<byte> key) => _objects.ContainsKey(NameOf(key));

    internal bool TryPut(SharedObject stored, long since, bool isCopy)
    {
        lock (_lock)
        {
            if (since != _purges || (isCopy && _objects.ContainsKey(NameOf(stored.Key))))
            {
                return false;
            }

            _objects[NameOf(stored.Key)] = stored;
            return true;
        }
    }

    internal bool TryRefresh(byte[] key, ReadOnlySpan<byte> metaBefore, byte[] meta, byte[] head, long uselessAfter, long since)
    {
        lock (_lock)
        {
            return _objects.TryGetValue(NameOf(key), out SharedObject? before) && before.Meta.SequenceEqual(metaBefore)
                && TryPut(new SharedObject(key, meta, head, uselessAfter, before.Content), since, isCopy: false);
        }
    }

    internal int Remove(byte[] key, bool isSoft, SharedTier by) =>
        Purge((other, _, _) => other.SequenceEqual(key), isSoft, by, cache => cache.RemoveHere(key, isSoft));

    internal int RemoveUrl(byte[] key, SharedTier by) =>
        Purge((other, _, _) => UrlOf(other).SequenceEqual(UrlOf(key)), isSoft: false, by, cache => cache.RemoveUrlHere(key));

    internal Task<long> PurgeAsync(CachePurge purge, TierPredicate? means, SharedTier by) =>
        Task.FromResult((long)Purge(means ?? ((_, _, _) => true), purge.IsSoft, by, cache => cache.PurgeHere(purge)));

    private static ReadOnlySpan<byte> UrlOf(ReadOnlySpan<byte> key)
    {
        int end = key.IndexOfAny((byte)0, (byte)1);
        return end < 0 ? key : key[..end];
    }

    private int Purge(TierPredicate means, bool isSoft, SharedTier by, Action<ICacheTierOwner> tell)
    {
        lock (_purging)
        {
            int count = RemoveWhere(means, isSoft);
            foreach ((SharedTier tier, ICacheTierOwner cache) in _caches)
            {
                if (tier != by)
                {
                    tell(cache);
                }
            }

            Volatile.Write(ref _told, _purges);
            return count;
        }
    }

    private int RemoveWhere(TierPredicate means, bool isSoft)
    {
        lock (_lock)
        {
            _purges++;
            int count = 0;
            foreach ((string name, SharedObject stored) in _objects.Where(entry => means(entry.Value.Key, entry.Value.Meta, entry.Value.Head)).ToArray())
            {
                count++;
                if (isSoft)
                {
                    stored.Mark();
                }
                else
                {
                    _objects.TryRemove(name, out _);
                }
            }

            return count;
        }
    }
}
