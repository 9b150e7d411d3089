using System.Collections.Concurrent;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Storage;

/// <summary>
/// Locks as files that are made only if there is none, on a folder that machines may share. A holder renews the time in its file. A file
/// that was not renewed for a while is taken over; clocks of other machines are not trusted for that: what counts is how long the
/// content was seen not to change. On the same machine, a holder whose process ended is found out at once. Any thread.
/// </summary>
/// <remarks>
/// Two who take over at the same moment may both believe to hold the lock, until one of them sees at its next heartbeat that the file is not
/// its own. A certificate may be ordered twice then; nothing breaks.
/// </remarks>
internal sealed class FileLocks(string folder, WorkClock clock, HolderIdentity self)
{
    /// <summary>How often a holder renews the time in its file.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a file must stay the same to be taken over: three heartbeats that didn't come.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(35);

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
        if (content is null || !IsStale(path, content) || !await RemoveAsync(path, content, ct) || !await TryCreateAsync(path, record, ct))
        {
            return null;
        }

        return Hold(path, record);
    }

    private FileLock Hold(string path, LockRecord record)
    {
        _seen.TryRemove(path, out _);
        return new FileLock(path, record, clock);
    }

    private static async Task<bool> TryCreateAsync(string path, LockRecord record, CancellationToken ct)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            await using var file = new FileStream(path, options);
            await file.WriteAsync(record.Write(), ct);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    private bool IsStale(string path, byte[] content)
    {
        if (LockRecord.Read(content) is { } record && record.Holder.HasEnded(self))
        {
            return true;
        }

        // An empty file counts too: its holder died between making and writing it, or is about to write.
        var now = new Sighting(Convert.ToBase64String(content), clock.Now);
        Sighting first = _seen.AddOrUpdate(path, now, (_, before) => before.Content == now.Content ? before : now);
        return clock.Now - first.Since >= StaleAfter;
    }

    // By renaming, so that exactly one of several gets the file that was found stale; what turns out to be a fresh one is put back.
    private async Task<bool> RemoveAsync(string path, byte[] stale, CancellationToken ct)
    {
        string aside = Path.Combine(folder, $".stale-{Guid.NewGuid():n}");
        try
        {
            File.Move(path, aside);
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        byte[]? content = await ReadAsync(aside, ct);
        if (content is not null && !content.AsSpan().SequenceEqual(stale) && !File.Exists(path))
        {
            File.Move(aside, path, overwrite: false);
            return false;
        }

        File.Delete(aside);
        return true;
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
