using Sluice.Reactor.Timers;

namespace Sluice.Reactor.Tests.Timers;

/// <summary>Writes down when timers fired.</summary>
internal sealed class RecordingTarget(TimerWheel wheel) : ITimerTarget
{
    public List<long> FiredAtMs { get; } = [];

    public void OnTimer(LoopTimer timer) => FiredAtMs.Add(wheel.NowMs);
}
