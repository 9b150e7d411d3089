namespace Sluice.Certificates.Timing;

/// <summary>At most so many events within any window of time (a sliding window, exact: it remembers each event). Any thread.</summary>
internal sealed class RateWindow(WorkClock clock, int max, TimeSpan window)
{
    private readonly Lock _lock = new();
    private readonly Queue<DateTimeOffset> _taken = new();

    /// <summary>Counts an event, unless there were too many; then says how long to wait before asking again.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        lock (_lock)
        {
            DateTimeOffset now = clock.Now;
            while (_taken.TryPeek(out DateTimeOffset oldest) && oldest + window <= now)
            {
                _taken.Dequeue();
            }

            if (_taken.Count < max)
            {
                _taken.Enqueue(now);
                wait = TimeSpan.Zero;
                return true;
            }

            wait = _taken.Peek() + window - now;
            return false;
        }
    }

    /// <summary>Counts an event as soon as there is room for it.</summary>
    public async Task TakeAsync(CancellationToken ct)
    {
        while (!TryTake(out TimeSpan wait))
        {
            await clock.WaitAsync(wait, ct);
        }
    }
}
