namespace Sluice.Certificates.Keeping;

/// <summary>Whether somebody asked for a renewal that isn't due, and who waits for it. Any thread.</summary>
internal sealed class ForcedRenewal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _requested;
    private bool _isNew;

    /// <summary>Whether somebody asked and the attempt was not yet made.</summary>
    public bool IsRequested
    {
        get
        {
            lock (_lock)
            {
                return _requested is not null;
            }
        }
    }

    /// <summary>Asks for it; several who ask at once share one attempt.</summary>
    /// <returns>Completes after the attempt.</returns>
    public Task Request()
    {
        lock (_lock)
        {
            _isNew = true;
            _requested ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _requested.Task;
        }
    }

    /// <summary>Whether somebody asked since this was last called.</summary>
    public bool IsNew()
    {
        lock (_lock)
        {
            bool isNew = _isNew;
            _isNew = false;
            return isNew;
        }
    }

    /// <summary>The attempt was made.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _requested?.TrySetResult();
            _requested = null;
        }
    }
}
