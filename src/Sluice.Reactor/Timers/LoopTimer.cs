namespace Sluice.Reactor.Timers;

/// <summary>A deadline on an event loop. Moving it later costs one field write; tens of thousands that never fire cost nothing but their memory.</summary>
/// <remarks>
/// Used on its loop only. A timer that is moved later stays in its old place in the wheel; when that place comes up, it is put into the new one.
/// </remarks>
public sealed class LoopTimer
{
    private readonly TimerWheel _wheel;
    private readonly ITimerTarget _target;

    internal LoopTimer(TimerWheel wheel, ITimerTarget target)
    {
        _wheel = wheel;
        _target = target;
    }

    /// <summary>The loop time in milliseconds at which it fires; 0 while it is off.</summary>
    public long DeadlineMs { get; private set; }

    /// <summary>Whether it will fire.</summary>
    public bool IsSet => DeadlineMs != 0;

    internal LoopTimer? Next { get; set; }

    internal LoopTimer? Previous { get; set; }

    /// <summary>The tick whose bucket it is linked into, or -1.</summary>
    internal long Tick { get; set; } = -1;

    /// <summary>Fires once, <paramref name="delayMs"/> milliseconds from now (at the earliest, and up to one tick later). Replaces an earlier deadline.</summary>
    public void Set(int delayMs)
    {
        DeadlineMs = _wheel.NowMs + Math.Max(delayMs, 1);
        if (Tick < 0 || DeadlineMs < Tick * TimerWheel.TickMs)
        {
            _wheel.Place(this);
        }
    }

    /// <summary>Switches it off. It keeps its place in the wheel until that comes up, and with it everything it refers to.</summary>
    public void Stop() => DeadlineMs = 0;

    /// <summary>Switches it off and takes it out of the wheel, so that an owner that is gone isn't kept in memory until the deadline.</summary>
    public void Remove()
    {
        DeadlineMs = 0;
        _wheel.Unlink(this);
    }

    internal void Fire()
    {
        DeadlineMs = 0;
        _target.OnTimer(this);
    }
}
