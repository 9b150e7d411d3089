namespace Sluice.Certificates.Timing;

/// <summary>
/// One wait of counted work. It ends by time, by <see cref="End"/> or by cancellation, whatever is first, and the work counts as busy
/// again before anybody can see that the wait ended. Any thread.
/// </summary>
internal sealed class Pause
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private readonly WorkClock _clock;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _ct;
    private readonly CancellationTokenRegistration _registration;
    private readonly ITimer? _timer;
    private int _hasEnded;

    public Pause(WorkClock clock, TimeSpan duration, CancellationToken ct)
    {
        _clock = clock;
        _ct = ct;
        TimeSpan due = duration < TimeSpan.Zero ? TimeSpan.Zero : duration < Longest ? duration : Longest;
        _timer = clock.Time.CreateTimer(static pause => ((Pause)pause!).End(), this, due, Timeout.InfiniteTimeSpan);
        _registration = ct.UnsafeRegister(static pause => ((Pause)pause!).End(), this);
        _clock.Leave();
    }

    /// <summary>Completes when the wait ended.</summary>
    public Task Ended => WaitAsync();

    /// <summary>Ends the wait now. Once is enough; more does nothing.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
        {
            return;
        }

        _clock.Enter();
        _ended.SetResult();
    }

    private async Task WaitAsync()
    {
        await _ended.Task;
        await _registration.DisposeAsync();
        await _timer!.DisposeAsync();
        _ct.ThrowIfCancellationRequested();
    }
}
