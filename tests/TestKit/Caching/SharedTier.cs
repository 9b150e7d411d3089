using Sluice.Proxy.Caching;
using Sluice.Proxy.Caching.Tiers;

namespace Sluice.TestKit.Caching;

/// <summary>The tier of one proxy that shares a <see cref="SharedStore"/> with others. Any thread.</summary>
public sealed class SharedTier(SharedStore store) : ICacheTier
{
    private int _failures;
    private int _fails;
    private int _refusals;
    private volatile bool _isOff;

    /// <summary>What becomes of look-ups; null for what the store says.</summary>
    public Func<Task<ITierObject?>>? Finding { get; set; }

    /// <summary>The largest content that is taken, in bytes.</summary>
    public int ObjectBytesMax { get; set; } = int.MaxValue;

    /// <summary>How many objects came to nothing at their end.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <inheritdoc/>
    public PurgeMark Mark => new(store.Told);

    /// <summary>How often somebody asked whether it takes objects when it took none.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <inheritdoc/>
    public bool IsAccepting
    {
        get
        {
            if (_isOff)
            {
                Interlocked.Increment(ref _refusals);
            }

            return !_isOff;
        }
    }

    /// <inheritdoc/>
    public int UsesMin { get; init; } = 1;

    /// <summary>The next object comes to nothing at its end, and nothing is taken until <see cref="Recover"/>: as with a disk that is full.</summary>
    public void FailNext() => Volatile.Write(ref _fails, 1);

    /// <summary>Takes objects again.</summary>
    public void Recover() => _isOff = false;

    /// <inheritdoc/>
    public void Join(ICacheTierOwner cache) => store.Join(this, cache);

    /// <inheritdoc/>
    public bool MayHold(ReadOnlySpan<byte> key) => true;

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> key) => store.Holds(key);

    /// <inheritdoc/>
    public Task<ITierObject?> FindAsync(byte[] key) => Finding?.Invoke() ?? store.FindAsync(key);

    /// <inheritdoc/>
    public ITierWriter? TryBegin(in TierEntry entry) => _isOff || (entry.Uses < UsesMin && !Holds(entry.Key)) ? null
        : new SharedWriter(this, store, new SharedObject(entry.Key.ToArray(), entry.Meta.ToArray(), entry.Head.ToArray(), entry.UselessAfter, []), entry.Since.Value, entry.IsCopy);

    /// <inheritdoc/>
    public Task<bool> RefreshAsync(in TierEntry entry) =>
        Task.FromResult(store.TryRefresh(entry.Key.ToArray(), entry.MetaBefore, entry.Meta.ToArray(), entry.Head.ToArray(), entry.UselessAfter, entry.Since.Value));

    /// <inheritdoc/>
    public int Remove(ReadOnlySpan<byte> key, bool isSoft) => store.Remove(key.ToArray(), isSoft, this);

    /// <inheritdoc/>
    public int RemoveUrl(ReadOnlySpan<byte> key) => store.RemoveUrl(key.ToArray(), this);

    /// <inheritdoc/>
    public Task<long> PurgeAsync(CachePurge purge, TierPredicate? means) => store.PurgeAsync(purge, means, this);

    internal bool TryCommit()
    {
        if (Interlocked.Exchange(ref _fails, 0) == 0)
        {
            return true;
        }

        _isOff = true;
        Interlocked.Increment(ref _failures);
        return false;
    }
}
