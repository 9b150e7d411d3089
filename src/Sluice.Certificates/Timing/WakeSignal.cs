namespace Sluice.Certificates.Timing;

/// <summary>What one loop waits at, for a time or until somebody wakes it. A call that came while nobody waited is kept. Any thread.</summary>
internal sealed class WakeSignal(WorkClock clock)
{
    private readonly Lock _lock = new();
    private Pause? _pause;
    private bool _isSet;

    /// <summary>Ends the wait, or the next one if there is none.</summary>
    public void Set()
    {
        Pause? pause;
        lock (_lock)
        {
            _isSet = true;
            pause = _pause;
        }

        pause?.End();
    }

    /// <summary>Waits for a time or a call of <see cref="Set"/>. One waits at once.</summary>
    public async Task WaitAsync(TimeSpan duration, CancellationToken ct)
    {
        Pause? pause = null;
        lock (_lock)
        {
            if (!_isSet)
            {
                pause = new Pause(clock, duration, ct);
                _pause = pause;
            }
        }

        try
        {
            if (pause is not null)
            {
                await pause.Ended;
            }
        }
        finally
        {
            lock (_lock)
            {
                _pause = null;
                _isSet = false;
            }
        }
    }
}
