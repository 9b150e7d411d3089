using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching.Tiers;

/// <summary>Looks in a tier for what is not in memory, and brings it there where it is small. On a loop, which doesn't wait for the tier.</summary>
internal static class TierLookup
{
    /// <summary>What is larger is sent from the tier each time: of files, the kernel keeps in memory what is asked for often.</summary>
    public const int BroughtBytesMax = 256 * 1024;

    // A tier that doesn't answer for 2 s is as good as none. It is waited for in parts: a machine that stands still takes one of them, however
    // long it does, and that is none of the tier's doing.
    private const int WaitsMax = 8;

    private static readonly TimeSpan WaitEach = TimeSpan.FromMilliseconds(250);

    /// <summary>Finds what is stored under a key.</summary>
    /// <returns>A reference to what is too large for memory; nothing when there is nothing, or when it is in memory now.</returns>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public static async ValueTask<StoredObject> FindAsync(Worker worker, ICacheTier tier, byte[] key)
    {
        MemoryTier memory = worker.CacheStore.Memory;
        long since = memory.PurgeSequence;
        Task<ITierObject?> finding = tier.FindAsync(key);
        for (int i = 0; i < WaitsMax && !finding.IsCompleted; i++)
        {
            await Task.WhenAny(finding, Task.Delay(WaitEach));
        }

        if (!finding.IsCompletedSuccessfully)
        {
            _ = finding.ContinueWith(static (late, store) => EndLate(late, (CacheStore)store!), worker.CacheStore, TaskScheduler.Default);
            return default;
        }

        if (await finding is not { } found)
        {
            return default;
        }

        if (found.Meta.Length != CacheMeta.Bytes)
        {
            // None of this program's.
            found.Release();
            return default;
        }

        if (found.Length > BroughtBytesMax || found.IsMarked || !await BringAsync(worker, memory, found, key, since))
        {
            return new StoredObject(default, found);
        }

        found.Release();
        return default;
    }

    private static void EndLate(Task<ITierObject?> late, CacheStore store)
    {
        if (late.IsCompletedSuccessfully)
        {
            late.Result?.Release();
        }
        else if (late.Exception is { } exception)
        {
            store.Report(exception.InnerException ?? exception);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<bool> BringAsync(Worker worker, MemoryTier memory, ITierObject found, byte[] key, long since)
    {
        MemoryWriter? writer = memory.Begin(key, MemoryMarshal.Read<CacheMeta>(found.Meta), found.UselessAfter, found.Head, found.Length);
        if (writer is null)
        {
            return false;
        }

        _ = writer.Object.TryMarkKept();

        // Rented here, and returned here when all is read.
        PooledBuffer buffer = worker.Loop.Buffers.Rent(BufferSize.Large);
        bool isWell = true;
        try
        {
            while (isWell && writer.Length < found.Length)
            {
                int count = await found.ReadAsync(writer.Length, buffer.Array, 0, buffer.Length);
                isWell = count > 0 && writer.TryAppend(buffer.Array.AsSpan(0, count));
            }
        }
        catch (Exception exception)
        {
            // Reading throws nothing: this is a bug of the tier, reported and survived.
            worker.CacheStore.Report(exception);
            isWell = false;
        }

        worker.Loop.Buffers.Return(buffer);
        if (!isWell)
        {
            writer.Abort();
            return false;
        }

        // Asked for now: that it was asked for seldom before is no reason against it.
        return writer.Commit(since, always: true) == CommitOutcome.Stored;
    }
}
