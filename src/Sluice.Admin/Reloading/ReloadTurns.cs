namespace Sluice.Admin.Reloading;

/// <summary>
/// Lets one reload run at a time. Who asks while one runs gets the outcome of one further reload, however many ask: it begins after all of them
/// asked, so that it sees what each of them saw.
/// </summary>
/// <remarks>Any thread. The work runs on a thread of its own, since it blocks.</remarks>
internal sealed class ReloadTurns(Func<string, ReloadOutcome> reload)
{
    private readonly Lock _gate = new();
    private bool _isRunning;
    private Turn? _next;

    /// <summary>Asks for a reload.</summary>
    /// <param name="trigger">What asks; of those that share a reload, the first counts.</param>
    internal Task<ReloadOutcome> RequestAsync(string trigger)
    {
        lock (_gate)
        {
            if (_isRunning)
            {
                _next ??= new Turn(trigger);
                return _next.Done.Task;
            }

            _isRunning = true;
        }

        var turn = new Turn(trigger);
        Task.Factory.StartNew(() => RunAll(turn), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return turn.Done.Task;
    }

    private void RunAll(Turn? turn)
    {
        while (turn is not null)
        {
            turn.Done.SetResult(reload(turn.Trigger));
            lock (_gate)
            {
                turn = _next;
                _next = null;
                _isRunning = turn is not null;
            }
        }
    }

    private sealed class Turn(string trigger)
    {
        public string Trigger { get; } = trigger;

        public TaskCompletionSource<ReloadOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
