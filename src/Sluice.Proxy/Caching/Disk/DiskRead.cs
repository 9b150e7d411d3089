namespace Sluice.Proxy.Caching.Disk;

/// <summary>One reading of an object's content, which keeps a reference to that until it is done.</summary>
internal sealed class DiskRead(DiskObject source, long offset, ArraySegment<byte> destination)
    : TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously), IDiskJob
{
    /// <inheritdoc/>
    public void Run(byte[] scratch) => End(source.Read(offset, destination, scratch));

    /// <inheritdoc/>
    public void Fail() => End(-1);

    private void End(int result)
    {
        if (TrySetResult(result))
        {
            source.Release();
        }
    }
}
