namespace Sluice.Reactor.Timers;

/// <summary>What a <see cref="LoopTimer"/> calls when it fires.</summary>
public interface ITimerTarget
{
    /// <summary>Called on the loop, outside any other callback. May set the timer again.</summary>
    void OnTimer(LoopTimer timer);
}
