using System.Collections.Concurrent;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Storage;

/// <summary>
/// Locks as files that are made only if there is none, on a folder that machines may share. A holder renews the time in its file. A file
/// that was not renewed for a while is taken over; clocks of other machines are not trusted for that: what counts is how long the
/// content was seen not to change. On the same machine, a holder whose process ended is found out at once. Any thread.
/// </summary>
/// <remarks>
/// A holder that stood still for longer than <see cref="StaleAfter"/> may find another in its place, and sees that at its next heartbeat only.
/// A certificate may be ordered twice then; nothing breaks.
/// </remarks>
internal sealed class FileLocks(string folder, WorkClock clock, HolderIdentity self)
{
    /// <summary>How often a holder renews the time in its file.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a file must stay the same to be taken over: three heartbeats that didn't come.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(35);

    // EEXIST, as .NET passes it on: the file may be gone again by the time somebody looks.
    private const int AlreadyExists = 17;

    // What was seen of locks that others hold: one entry per contested name, removed when the lock is got.
    private readonly ConcurrentDictionary<string, Sighting> _seen = new();

    /// <summary>Takes a lock, or returns null at once.</summary>
    public async Task<IAsyncDisposable?> TryAcquireAsync(string path, CancellationToken ct)
    {
        var record = new LockRecord(Guid.NewGuid().ToString("n"), Environment.MachineName, self, clock.Now);
        if (await TryCreateAsync(path, record, ct))
        {
            return Hold(path, record);
        }

        byte[]? content = await ReadAsync(path, ct);
        return content is not null && IsStale(path, content) && await TakeOverAsync(path, content, record, ct) ? Hold(path, record) : null;
    }

    private FileLock Hold(string path, LockRecord record)
    {
        _seen.TryRemove(path, out _);
        return new FileLock(path, record, clock);
    }

    private async Task<bool> TryCreateAsync(string path, LockRecord record, CancellationToken ct)
    {
        if (File.Exists(path))
        {
            return false;
        }

        // Made aside and linked to its name, which fails if that is taken: nobody ever sees a part of it.
        string aside = Path.Combine(folder, $".lock-{Guid.NewGuid():n}");
        try
        {
            await FileCertificateStorage.WriteAtomicallyAsync(aside, record.Write(), ct);
            File.Move(aside, path, overwrite: false);
            return true;
        }
        catch (IOException exception) when (exception.HResult == AlreadyExists || File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private bool IsStale(string path, byte[] content)
    {
        if (LockRecord.Read(content) is { } record && record.Holder.HasEnded(self))
        {
            return true;
        }

        // What is no record counts too, in case a file system or somebody made an empty file.
        var now = new Sighting(Convert.ToBase64String(content), clock.Now);
        Sighting first = _seen.AddOrUpdate(path, now, (_, before) => before.Content == now.Content ? before : now);
        return clock.Now - first.Since >= StaleAfter;
    }

    // One at a time, under a file of its own: whoever comes second sees a fresh lock in place of the one that was found stale.
    private async Task<bool> TakeOverAsync(string path, byte[] stale, LockRecord record, CancellationToken ct)
    {
        string guard = $"{path}.takeover";
        if (!await TryCreateAsync(guard, record, ct))
        {
            // Its holder died within the few system calls below.
            if (await ReadAsync(guard, ct) is { } left && IsStale(guard, left))
            {
                File.Delete(guard);
                _seen.TryRemove(guard, out _);
            }

            return false;
        }

        try
        {
            byte[]? content = await ReadAsync(path, ct);
            if (content is null || !content.AsSpan().SequenceEqual(stale))
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

    private static async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, ct);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private sealed record Sighting(string Content, DateTimeOffset Since);
}
