using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Grpc;

/// <summary>The time limit of a whole call: when it is up, the exchange fails, and what it waits for on the server's side ends. Belongs to an exchange.</summary>
internal sealed class GrpcDeadline : ITimerTarget
{
    // An exchange that waits for its server ends at once. One that is still there after this waits for its client, who is done with the call by now.
    private const int GraceMs = 100;

    private readonly Exchange _exchange;
    private readonly LoopTimer _timer;
    private long _deadlineUs;
    private bool _isUp;

    public GrpcDeadline(Exchange exchange)
    {
        _exchange = exchange;
        _timer = exchange.Worker.Loop.Timers.Create(this);
    }

    /// <summary>Whether a call has one.</summary>
    public bool IsSet { get; private set; }

    /// <summary>What is left, in microseconds; 0 or less when the time is up.</summary>
    public long LeftUs => _deadlineUs - NowUs;

    private long NowUs => LoopClock.MicrosecondsBetween(0, _exchange.Worker.Loop.NowTimestamp);

    /// <summary>Begins to count.</summary>
    /// <param name="timeoutUs">Microseconds, above 0. What is longer than a timer can wait, 24 days, is only told the server.</param>
    public void Begin(long timeoutUs)
    {
        IsSet = true;
        _isUp = false;
        _deadlineUs = NowUs + timeoutUs;
        long timeoutMs = (timeoutUs + 999) / 1_000;
        if (timeoutMs <= int.MaxValue)
        {
            _timer.Set((int)timeoutMs);
        }
    }

    /// <summary>Forgets it.</summary>
    public void Stop()
    {
        IsSet = false;
        _timer.Stop();
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (_exchange.IsLogged)
        {
            // It has ended; only its connection is still being made ready for the next.
            return;
        }

        if (!_isUp)
        {
            _isUp = true;
            _timer.Set(GraceMs);
            _exchange.Cancel(ProxyErrorCode.GrpcDeadlineExceeded);
        }
        else if (_exchange.Upstream is not null)
        {
            _exchange.Client.Abort(_exchange);
        }
    }
}
