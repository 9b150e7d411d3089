using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Retries;

/// <summary>A limit on the time of an exchange, or of one of its attempts. Belongs to an exchange; costs nothing until it is first set.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="error">What it fails with.</param>
internal sealed class ExchangeTimer(Exchange exchange, ProxyErrorCode error) : ITimerTarget
{
    // An exchange that waits for its server ends at once. One that is still there after this waits for its client.
    private const int GraceMs = 100;

    private LoopTimer? _timer;
    private bool _isUp;

    /// <summary>Starts it.</summary>
    public void Set(int timeoutMs)
    {
        _timer ??= exchange.Worker.Loop.Timers.Create(this);
        _timer.Set(timeoutMs);
        _isUp = false;
    }

    /// <summary>Stops it, if it is running.</summary>
    public void Stop() => _timer?.Stop();

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (!_isUp)
        {
            _isUp = true;
            timer.Set(GraceMs);
            exchange.Cancel(error);
        }
        else if (exchange.ResponseStarted && exchange.Upstream is not null)
        {
            exchange.Client.Abort(exchange);
        }
    }
}
