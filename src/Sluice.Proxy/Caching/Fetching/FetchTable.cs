using System.Collections.Concurrent;
using Sluice.Proxy.Routing.Index;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>The fetches that others may join, of all workers, by what they are for. Asked only for what is not stored. Any thread.</summary>
internal sealed class FetchTable
{
    private readonly ConcurrentDictionary<byte[], Fetch> _fetches = new(ByteKeyComparer.Instance);
    private readonly ConcurrentDictionary<byte[], Fetch>.AlternateLookup<ReadOnlySpan<byte>> _byKey;

    public FetchTable() => _byKey = _fetches.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>How many there are.</summary>
    public int Count => _fetches.Count;

    /// <summary>Joins the fetch of a key; null when there is none that can be joined.</summary>
    public FetchReader? TryJoin(ReadOnlySpan<byte> key, Worker worker, out Fetch? fetch) =>
        _byKey.TryGetValue(key, out fetch) ? fetch.Join(worker) : null;

    /// <summary>Whether something is on its way for a key.</summary>
    public bool Has(ReadOnlySpan<byte> key) => _byKey.ContainsKey(key);

    /// <summary>Puts a fetch in that is about to begin; false when there is one already.</summary>
    public bool TryAdd(Fetch fetch) => _fetches.TryAdd(fetch.Id, fetch);

    /// <summary>Takes a fetch out, if it is in.</summary>
    public void Remove(Fetch fetch) => _fetches.TryRemove(new KeyValuePair<byte[], Fetch>(fetch.Id, fetch));
}
