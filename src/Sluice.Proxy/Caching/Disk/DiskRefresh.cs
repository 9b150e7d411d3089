namespace Sluice.Proxy.Caching.Disk;

/// <summary>Gives an object another head and metadata, on the thread that writes.</summary>
internal sealed class DiskRefresh(DiskState state, byte[] key, byte[] meta, byte[] head, long uselessAfter, long since, byte[] metaBefore)
    : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), IDiskJob
{
    /// <inheritdoc/>
    public void Run(byte[] scratch) => TrySetResult(state.Files.TryRefresh(DiskKey.Of(key), new DiskHeaderContent(key, meta, head, uselessAfter), since, metaBefore));

    /// <inheritdoc/>
    public void Fail() => TrySetResult(false);
}
