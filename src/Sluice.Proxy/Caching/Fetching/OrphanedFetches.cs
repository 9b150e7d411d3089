using System.Diagnostics;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>
/// The fetches of a worker that go on although nobody reads along any more. A client that asks and leaves again and again would otherwise have as many requests at servers as
/// it likes, which no limit on what it has open would see. For its loop.
/// </summary>
internal sealed class OrphanedFetches
{
    /// <summary>How many there may be; further ones are broken off.</summary>
    public const int CountMax = 16;

    private readonly HashSet<Fetch> _fetches = new(CountMax);

    /// <summary>How many there are.</summary>
    public int Count => _fetches.Count;

    /// <summary>Takes one in; false when there are too many. One that is read again meanwhile stays in until it ends.</summary>
    public bool TryTake(Fetch fetch)
    {
        Debug.Assert(_fetches.Count <= CountMax, "Each was counted.");
        return _fetches.Contains(fetch) || (_fetches.Count < CountMax && _fetches.Add(fetch));
    }

    /// <summary>One has ended.</summary>
    public void Forget(Fetch fetch) => _fetches.Remove(fetch);
}
