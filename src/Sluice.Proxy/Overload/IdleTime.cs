using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Overload;

/// <summary>Since when a connection is idle, and for how long it may be; part of the connection, and used on its loop.</summary>
internal struct IdleTime
{
    private long _sinceMs;
    private int _timeoutMs;

    /// <summary>Whether it is idle.</summary>
    public readonly bool IsRunning => _timeoutMs > 0;

    /// <summary>It is idle from now on.</summary>
    /// <param name="timer">Fires when it has been for too long.</param>
    /// <param name="nowMs">The time of the loop.</param>
    /// <param name="timeoutMs">How long it may be, at least 1 ms, unless <paramref name="overload"/> reduces that.</param>
    /// <param name="overload">The state of the moment.</param>
    public void Begin(LoopTimer timer, long nowMs, int timeoutMs, OverloadState overload)
    {
        _sinceMs = nowMs;
        _timeoutMs = timeoutMs;
        timer.Set(overload.Reduce(timeoutMs));
    }

    /// <summary>It is idle no more; the timer is the caller's to set or stop.</summary>
    public void End() => _timeoutMs = 0;

    /// <summary>Timeouts are others than they were: one that is exceeded already fires in the next tick.</summary>
    public readonly void Adjust(LoopTimer timer, long nowMs, OverloadState overload)
    {
        if (IsRunning)
        {
            timer.Set((int)Math.Max(_sinceMs + overload.Reduce(_timeoutMs) - nowMs, 1));
        }
    }
}
