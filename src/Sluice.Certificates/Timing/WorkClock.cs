namespace Sluice.Certificates.Timing;

/// <summary>
/// Time for everything in this project that waits. It counts the work that is not waiting, so that whoever drives the time
/// (a test) can tell when nothing happens any more until time goes on. Any thread.
/// </summary>
internal sealed class WorkClock(TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _busyCount;
    private TaskCompletionSource? _idle;

    /// <summary>Where the time comes from.</summary>
    public TimeProvider Time => time;

    /// <summary>Now, in UTC.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Work begins, or goes on after a wait.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            _busyCount++;
        }
    }

    /// <summary>Work ends, or waits.</summary>
    public void Leave()
    {
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            if (--_busyCount == 0)
            {
                idle = _idle;
                _idle = null;
            }
        }

        idle?.SetResult();
    }

    /// <summary>Starts work that is counted until its end.</summary>
    public Task Start(Func<Task> work)
    {
        Enter();
        return Task.Run(async () =>
        {
            try
            {
                await work();
            }
            finally
            {
                Leave();
            }
        });
    }

    /// <summary>Waits for a time; at most a day, since whoever waits longer looks again anyway.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task WaitAsync(TimeSpan duration, CancellationToken ct) => new Pause(this, duration, ct).Ended;

    /// <summary>When all work waits for time to go on.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            if (_busyCount == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }
}
