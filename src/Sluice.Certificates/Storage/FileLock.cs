using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Storage;

/// <summary>A lock that is held: its file's time is renewed until it is disposed. One owner.</summary>
internal sealed class FileLock : IAsyncDisposable
{
    private readonly string _path;
    private readonly LockRecord _record;
    private readonly WorkClock _clock;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _heartbeat;

    public FileLock(string path, LockRecord record, WorkClock clock)
    {
        _path = path;
        _record = record;
        _clock = clock;
        _heartbeat = clock.Start(RenewAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _heartbeat;
        _end.Dispose();
        if (IsOurs())
        {
            TryDelete();
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await _clock.WaitAsync(FileLocks.HeartbeatInterval, _end.Token);
                if (!IsOurs())
                {
                    return;
                }

                await FileCertificateStorage.WriteAtomicallyAsync(_path, (_record with { Heartbeat = _clock.Now }).Write(), _end.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // The lock was given back, or the storage fails: then it becomes stale, and what it protects fails by itself.
        }
    }

    private bool IsOurs()
    {
        try
        {
            return LockRecord.Read(File.ReadAllBytes(_path))?.Id == _record.Id;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void TryDelete()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It becomes stale.
        }
    }
}
