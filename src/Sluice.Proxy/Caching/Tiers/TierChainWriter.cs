namespace Sluice.Proxy.Caching.Tiers;

/// <summary>Stores an object in both tiers of a chain, or in the one that takes it. Readers read from the near one, so it goes on without the far one, and not the other way round.</summary>
/// <param name="near">Null when that one doesn't take it.</param>
/// <param name="far">Null when that one doesn't take it; not both are.</param>
internal sealed class TierChainWriter(ITierWriter? near, ITierWriter? far) : ITierWriter
{
    private ITierWriter? _far = far;

    /// <inheritdoc/>
    public ITierObject Object { get; } = (near ?? far!).Object;

    /// <inheritdoc/>
    public bool IsEverywhere => near is not null && _far is not null;

    /// <inheritdoc/>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (near is null)
        {
            return _far!.TryAppend(bytes);
        }

        if (_far?.TryAppend(bytes) == false)
        {
            _far.Abort();
            _far = null;
        }

        return near.TryAppend(bytes);
    }

    /// <inheritdoc/>
    public async Task<bool> CommitAsync()
    {
        bool[] stored = await Task.WhenAll(CommitAsync(near), CommitAsync(_far)).ConfigureAwait(false);
        return stored[0] || stored[1];
    }

    /// <inheritdoc/>
    public void Abort()
    {
        near?.Abort();
        _far?.Abort();
    }

    private static Task<bool> CommitAsync(ITierWriter? writer) => writer?.CommitAsync() ?? Task.FromResult(false);
}
