using Sluice.Proxy.Telemetry;

namespace Sluice.Proxy.Resolution;

/// <summary>Asks again and again, each time when the answer before says so. On the thread pool; created and disposed on any thread, once each.</summary>
/// <param name="ask">Asks, and returns when to ask again, in milliseconds.</param>
/// <param name="onAnswered">Called after each answer, good or bad; may block.</param>
/// <param name="log">Takes bugs.</param>
internal sealed class RefreshLoop(Func<CancellationToken, Task<int>> ask, Action onAnswered, MessageLog log) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the first answer, whatever it is.</summary>
    public Task FirstAnswer => _firstAnswer.Task;

    /// <summary>Begins; once whoever asks is ready.</summary>
    public void Start() => _ = Task.Run(RunAsync);

    /// <summary>Stops asking.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                int delayMs = await ask(_stop.Token).ConfigureAwait(false);
                _firstAnswer.TrySetResult();
                onAnswered();
                await Task.Delay(delayMs, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            _firstAnswer.TrySetResult();
            _stop.Dispose();
        }
        catch (Exception exception)
        {
            log.Bug(exception);
            _firstAnswer.TrySetResult();
            throw;
        }
    }
}
