using Sluice.Reactor;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Pipeline;

/// <summary>A wait of a time, before a retry for instance, which ends early when the exchange does. Belongs to an exchange, and is reused.</summary>
internal sealed class ExchangePause : ICancelableWait, ITimerTarget
{
    private readonly LoopCompletion<bool> _completion = new();
    private readonly LoopTimer _timer;

    public ExchangePause(EventLoop loop) => _timer = loop.Timers.Create(this);

    /// <summary>Waits; true when the time is over, false when the exchange is.</summary>
    public ValueTask<bool> WaitAsync(int delayMs)
    {
        _timer.Set(delayMs);
        return _completion.Begin();
    }

    /// <inheritdoc/>
    public void CancelWait()
    {
        if (_completion.IsPending)
        {
            _timer.Stop();
            _completion.Complete(false);
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => _completion.Complete(true);
}
