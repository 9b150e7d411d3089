using System.Collections.Concurrent;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Storage;

/// <summary>
/// Locks as files that are made only if there is none, on a folder that machines may share. A holder renews the time in its file. A file
/// that was not renewed for a while is taken over; clocks of other machines are not trusted for that: what counts is how long the
/// content was seen not to change. On the same machine, a holder whose process ended is found out at once. Any thread.
/// </summary>
/// <remarks>
/// A holder that stood still for longer than <see cref="StaleAfter"/> may find another in its place, and sees that at its next heartbeat only;
/// one that stood still for that long while it took a lock may get it beside another. A certificate may be ordered twice then; nothing breaks.
/// </remarks>
internal sealed class FileLocks(WorkClock clock, HolderIdentity self)
{
    /// <summary>How often a holder renews the time in its file.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a file must stay the same to be taken over: three heartbeats that didn't come.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(35);

    // EEXIST, as .NET passes it on.
    private const int AlreadyExists = 17;

    private static readonly FileStreamOptions NewFile = new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };

    private static readonly FileStreamOptions ExistingFile = new()
    {
        Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous,
    };

    // What was seen of files that others hold: one entry per contested lock and guard, removed when the lock is got.
    private readonly ConcurrentDictionary<string, Sighting> _seen = new();

    /// <summary>Takes a lock, or returns null at once.</summary>
    public async Task<IAsyncDisposable?> TryAcquireAsync(string path, CancellationToken ct)
    {
        var record = new LockRecord(Guid.NewGuid().ToString("n"), Environment.MachineName, self, clock.Now);
        return await TryTakeAsync(path, record, ct) ? new FileLock(path, record, clock) : null;
    }

    private async Task<bool> TryTakeAsync(string path, LockRecord record, CancellationToken ct)
    {
        bool taken = await TryCreateAsync(path, record, ct)
            || (await ReadAsync(path, ct) is { } found && IsStale(path, found) && await TakeOverAsync(path, found, record, ct));
        if (taken)
        {
            _seen.TryRemove(path, out _);
            _seen.TryRemove(GuardOf(path), out _);
        }

        return taken;
    }

    // O_EXCL decides, in one step and between machines too. File.Move does not: it looks whether its target exists, and then renames over
    // what came in between. Who reads before the record is written sees no record, which is stale like any other: when it stays so.
    private static async Task<bool> TryCreateAsync(string path, LockRecord record, CancellationToken ct)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, NewFile);
        }
        catch (IOException exception) when (exception.HResult == AlreadyExists)
        {
            return false;
        }

        try
        {
            await using (file)
            {
                await file.WriteAsync(record.Write(), ct);
            }

            return true;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private bool IsStale(string path, LockContent found)
    {
        if (LockRecord.Read(found.Bytes) is { } record && record.Holder.HasEnded(self))
        {
            return true;
        }

        // What is no record counts too, in case a holder or a machine died before it was written.
        var now = new Sighting(found, clock.Now);
        Sighting first = _seen.AddOrUpdate(path, now, (_, before) => before.Content.IsSameAs(found) ? before : now);
        return clock.Now - first.Since >= StaleAfter;
    }

    // One at a time, under a lock of its own: whoever comes second sees a fresh lock in place of the one that was found stale. The guard of
    // somebody who died within these few system calls is taken over in the same way, under a guard of the guard.
    private async Task<bool> TakeOverAsync(string path, LockContent stale, LockRecord record, CancellationToken ct)
    {
        string guard = GuardOf(path);
        if (!await TryTakeAsync(guard, record, ct))
        {
            return false;
        }

        try
        {
            if (await ReadAsync(path, ct) is not { } found || !found.IsSameAs(stale))
            {
                return false;
            }

            File.Delete(path);
            return await TryCreateAsync(path, record, ct);
        }
        finally
        {
            File.Delete(guard);
        }
    }

    private static string GuardOf(string path) => $"{path}.takeover";

    private static async Task<LockContent?> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            await using var file = new FileStream(path, ExistingFile);
            using var content = new MemoryStream();
            await file.CopyToAsync(content, ct);
            return new LockContent(content.ToArray(), File.GetLastWriteTimeUtc(file.SafeFileHandle));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private sealed record Sighting(LockContent Content, DateTimeOffset Since);
}
