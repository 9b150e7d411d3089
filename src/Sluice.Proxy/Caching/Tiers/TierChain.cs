namespace Sluice.Proxy.Caching.Tiers;

/// <summary>
/// Two tiers that are one to the cache: the near one is asked first, and both are given what is stored. What is found in the far one alone goes to memory, and not to the near one; what the
/// near one didn't take is offered to it once more, when it is asked for often enough.
/// </summary>
/// <param name="near">The one that answers sooner: the disk.</param>
/// <param name="far">The one behind it.</param>
internal sealed class TierChain(ICacheTier near, ICacheTier far) : ICacheTier
{
    /// <inheritdoc/>
    public PurgeMark Mark => new(near.Mark.Value, far.Mark.Value);

    /// <inheritdoc/>
    public bool IsAccepting => near.IsAccepting || far.IsAccepting;

    /// <summary>Of the one that wants the most: what the other one took at first is copied to it then.</summary>
    public int UsesMin => Math.Max(near.UsesMin, far.UsesMin);

    /// <inheritdoc/>
    public bool MayHold(ReadOnlySpan<byte> key) => near.MayHold(key) || far.MayHold(key);

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> key) => near.Holds(key) || far.Holds(key);

    /// <inheritdoc/>
    public async Task<ITierObject?> FindAsync(byte[] key) =>
        near.MayHold(key) && await near.FindAsync(key).ConfigureAwait(false) is { } found ? found
        : far.MayHold(key) ? await far.FindAsync(key).ConfigureAwait(false)
        : null;

    /// <inheritdoc/>
    public ITierWriter? TryBegin(in TierEntry entry)
    {
        ITierWriter? toNear = near.TryBegin(entry);

        // What memory has had for a while, one that takes everything has had as long.
        ITierWriter? toFar = entry.IsCopy && far.UsesMin <= 1 ? null : far.TryBegin(OfFar(entry));
        return toNear is null && toFar is null ? null : new TierChainWriter(toNear, toFar);
    }

    /// <inheritdoc/>
    public Task<bool> RefreshAsync(in TierEntry entry) => EitherAsync(near.RefreshAsync(entry), far.RefreshAsync(OfFar(entry)));

    /// <inheritdoc/>
    public int Remove(ReadOnlySpan<byte> key, bool isSoft) => Math.Max(near.Remove(key, isSoft), far.Remove(key, isSoft));

    /// <inheritdoc/>
    public int RemoveUrl(ReadOnlySpan<byte> key) => Math.Max(near.RemoveUrl(key), far.RemoveUrl(key));

    /// <inheritdoc/>
    public async Task<long> PurgeAsync(CachePurge purge, TierPredicate? means)
    {
        Task<long> inNear = near.PurgeAsync(purge, means);
        Task<long> inFar = far.PurgeAsync(purge, means);
        long[] counts = await Task.WhenAll(inNear, inFar).ConfigureAwait(false);
        return counts.Min() < 0 ? -1 : counts.Max();
    }

    private static async Task<bool> EitherAsync(Task<bool> one, Task<bool> other)
    {
        bool[] done = await Task.WhenAll(one, other).ConfigureAwait(false);
        return done[0] || done[1];
    }

    private static TierEntry OfFar(in TierEntry entry) => new()
    {
        Key = entry.Key,
        Meta = entry.Meta,
        Head = entry.Head,
        ContentLength = entry.ContentLength,
        UselessAfter = entry.UselessAfter,
        Since = new PurgeMark(entry.Since.Behind),
        MetaBefore = entry.MetaBefore,
        IsCopy = entry.IsCopy,
        Uses = entry.Uses,
    };
}
